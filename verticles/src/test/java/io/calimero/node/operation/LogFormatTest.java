// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What conf/logback.xml makes of a message. */
class LogFormatTest {
  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void asJsonEachLineIsAnObjectWithTheFieldsOfTheMessage() throws JoranException {
    final String line = line("json");
    assertThat(line).endsWith("\n").containsOnlyOnce("\n");
    final JsonObject json = new JsonObject(line);
    assertThat(json.getString("level")).isEqualTo("INFO");
    assertThat(json.getString("formattedMessage")).isEqualTo("transaction executed");
    assertThat(json.getLong("timestamp")).isPositive();
    assertThat(json.getJsonArray("kvpList").encode())
        .contains("{\"context\":\"c\"}", "\"position\":", "{\"transaction\":\"t\"}");
  }

  @Test
  void asTextTheFieldsFollowTheMessage() throws JoranException {
    assertThat(line("text"))
        .endsWith(
            " INFO  io.calimero.test - transaction executed context=c position=7 transaction=t\n");
  }

  private String line(final String format) throws JoranException {
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("CALIMERO_LOG_FORMAT", format);
    final JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        Objects.requireNonNull(LogFormatTest.class.getResource("/logback.xml")));
    final Logger logger = context.getLogger("io.calimero.test");
    logger.setAdditive(false);
    final ListAppender<ILoggingEvent> events = new ListAppender<>();
    events.start();
    logger.addAppender(events);
    logger
        .atInfo()
        .addKeyValue("context", "c")
        .addKeyValue("position", 7)
        .addKeyValue("transaction", "t")
        .log("transaction executed");
    final ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>)
            context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("STDERR");
    return new String(appender.getEncoder().encode(events.list.getFirst()), StandardCharsets.UTF_8);
  }
}
