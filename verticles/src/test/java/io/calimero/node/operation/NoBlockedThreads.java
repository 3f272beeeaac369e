// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.internal.threadchecker.BlockedThreadChecker;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.slf4j.LoggerFactory;

/**
 * Fails each test class of this module during which Vert.x warned of a blocked thread. Registered
 * for all of them by {@code META-INF/services}.
 */
public final class NoBlockedThreads implements BeforeAllCallback, AfterAllCallback {
  private static final Namespace NAMESPACE = Namespace.create(NoBlockedThreads.class);

  /** Marks the tests that block threads to see what happens. */
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  public @interface Expected {}

  @Override
  public void beforeAll(final ExtensionContext context) {
    final ListAppender<ILoggingEvent> warnings = new ListAppender<>();
    warnings.start();
    logger().addAppender(warnings);
    context.getStore(NAMESPACE).put(context.getUniqueId(), warnings);
  }

  @Override
  @SuppressWarnings("unchecked") // put there above
  public void afterAll(final ExtensionContext context) {
    final ListAppender<ILoggingEvent> warnings =
        context.getStore(NAMESPACE).remove(context.getUniqueId(), ListAppender.class);
    logger().detachAppender(warnings);
    warnings.stop();
    if (!context.getRequiredTestClass().isAnnotationPresent(Expected.class)) {
      assertNone(warnings.list);
    }
  }

  static void assertNone(final List<ILoggingEvent> warnings) {
    if (!warnings.isEmpty()) {
      throw new AssertionError(
          "threads were blocked: "
              + String.join(
                  "\n",
                  warnings.stream().map(ILoggingEvent::getFormattedMessage).distinct().toList()));
    }
  }

  static Logger logger() {
    return (Logger) LoggerFactory.getLogger(BlockedThreadChecker.LOGGER_NAME);
  }
}
