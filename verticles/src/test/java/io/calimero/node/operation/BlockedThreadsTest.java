// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("its warnings are for nobody else")
@NoBlockedThreads.Expected
class BlockedThreadsTest {
  private static final VertxOptions IMPATIENT =
      new VertxOptions()
          .setEventLoopPoolSize(1)
          .setBlockedThreadCheckInterval(5)
          .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
          .setMaxEventLoopExecuteTime(10)
          .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
          .setWarningExceptionTime(1)
          .setWarningExceptionTimeUnit(TimeUnit.MILLISECONDS);

  @Test
  void aBlockedEventLoopRaisesTheAlarmAndIsLoggedWithWhereItIs() throws InterruptedException {
    final ListAppender<ILoggingEvent> warnings = block(true);
    assertThat(warnings.list).isNotEmpty();
    assertThat(warnings.list.getFirst().getFormattedMessage())
        .contains("has been blocked for", "time limit is 10 ms");
    assertThat(warnings.list.getFirst().getThrowableProxy().getStackTraceElementProxyArray())
        .anySatisfy(frame -> assertThat(frame.toString()).contains("CountDownLatch.await"));
    assertThatThrownBy(() -> NoBlockedThreads.assertNone(warnings.list))
        .as("what every test class of this module is held to")
        .hasMessageContaining("threads were blocked");
  }

  @Test
  void whatVertxLogsItselfIsSeenToo() throws InterruptedException {
    assertThat(block(false).list).isNotEmpty();
  }

  private static ListAppender<ILoggingEvent> block(final boolean watched)
      throws InterruptedException {
    final CountDownLatch alarmed = new CountDownLatch(1);
    final ListAppender<ILoggingEvent> warnings =
        new ListAppender<>() {
          @Override
          protected void append(final ILoggingEvent event) {
            super.append(event);
            alarmed.countDown();
          }
        };
    warnings.start();
    NoBlockedThreads.logger().addAppender(warnings);
    NoBlockedThreads.logger().setAdditive(false);
    final Vertx vertx = Vertx.vertx(IMPATIENT);
    try {
      final CountDownLatch raised = new CountDownLatch(watched ? 1 : 0);
      if (watched) {
        BlockedThreads.watch(vertx, raised::countDown);
      }
      final CountDownLatch release = new CountDownLatch(1);
      vertx.runOnContext(
          _ -> {
            try {
              release.await();
            } catch (final InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      assertThat(alarmed.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(raised.await(30, TimeUnit.SECONDS)).isTrue();
      release.countDown();
    } finally {
      vertx.close().await();
      NoBlockedThreads.logger().setAdditive(true);
      NoBlockedThreads.logger().detachAppender(warnings);
    }
    return warnings;
  }
}
