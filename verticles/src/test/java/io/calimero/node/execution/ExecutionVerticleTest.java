// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.CheckModule;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ExecutionMessages.GetEngine;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.execution.internal.BusContext;
import io.calimero.node.execution.internal.ExecutedLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * The verticle on a real bus, running a real application, beside a context verticle of the test.
 */
@Timeout(300)
class ExecutionVerticleTest {
  @TempDir private Path directory;

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private final Logger vertxLogger = (Logger) LoggerFactory.getLogger("io.vertx.core");
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.of(vertx);
  private final BusContext context = new BusContext();
  private final BlockingQueue<TransactionExecuted> notices = new LinkedBlockingQueue<>();
  private String deployment = "";

  @BeforeEach
  void deploy() {
    logged.start();
    vertxLogger.addAppender(logged);
    bus.subscribe(Topics.TRANSACTION_EXECUTED, notices::add);
    await(vertx.deployVerticle(context));
    deployExecution();
  }

  @AfterEach
  void noEventLoopWasBlocked() {
    await(vertx.close());
    vertxLogger.detachAppender(logged);
    assertThat(logged.list).noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.WARN));
  }

  private void deployExecution() {
    deployment =
        await(vertx.deployVerticle(new ExecutionVerticle(ExecutionOptions.defaults(directory))));
  }

  private static <T> T await(final Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().join();
  }

  private Future<String> get(final String key) {
    return bus.request(
            Topics.QUERY,
            new Query(context.context(), Optional.empty(), "get", BusContext.key(key)))
        .map(answer -> ((Read) answer).outcome().returned().orElseThrow().toUtf8());
  }

  private TransactionExecuted notice() throws InterruptedException {
    final TransactionExecuted notice = notices.poll(1, TimeUnit.MINUTES);
    assertThat(notice).isNotNull();
    return notice;
  }

  @Test
  void aQueryThatIsSentAfterACommitSeesIt() {
    await(context.create());
    final List<Future<Integer>> answers = new ArrayList<>();
    Future<Void> chain = Future.succeededFuture();
    for (int i = 0; i < 100; i++) {
      final String value = Integer.toString(i);
      chain =
          chain
              .compose(_ -> context.set("k", value))
              .onSuccess(
                  _ -> answers.add(get("k").map(it -> Integer.valueOf(it.replace("\"", "")))));
    }
    await(chain);
    for (int i = 0; i < 100; i++) {
      assertThat(await(answers.get(i))).isGreaterThanOrEqualTo(i);
    }
  }

  @Test
  void whatIsCommittedIsAnnouncedInOrderWithItsEvents() throws InterruptedException {
    await(context.create());
    await(context.set("a", "1").compose(_ -> context.set("a", "2")));
    assertThat(List.of(notice().method(), notice().method())).containsExactly("init", "set");
    final TransactionExecuted last = notice();
    assertThat(last.position()).isEqualTo(4);
    assertThat(last.events()).singleElement().extracting(it -> it.kind()).isEqualTo("Updated");
    final State state = await(bus.request(Topics.STATE_GET, new GetState(context.context())));
    assertThat(last.stateRoot()).isEqualTo(state.root());
    assertThat(last.entryHash()).isEqualTo(state.head().hash());
  }

  @Test
  void afterARestartTheStateIsTheSame() {
    await(context.create());
    for (int i = 0; i < 20; i++) {
      await(context.set("k" + i, "v"));
    }
    final State before = await(bus.request(Topics.STATE_GET, new GetState(context.context())));
    await(vertx.undeploy(deployment));
    deployExecution();
    assertThat(await(bus.request(Topics.STATE_GET, new GetState(context.context()))))
        .isEqualTo(before);
    assertThat(await(get("k7"))).isEqualTo("\"v\"");
  }

  @Test
  void problemsReachWhoeverAsked() {
    assertThat(problem(get("a"))).isEqualTo(Code.CONTEXT_NOT_FOUND);
    await(context.create());
    context.remove();
    bus.publish(Topics.CONTEXT_GONE, new Gone(context.context()));
    assertThat(problem(get("a"))).isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(problem(bus.request(Topics.MODULE_CHECK, new CheckModule(Bytes.utf8("no")))))
        .isEqualTo(Code.INVALID_MODULE);
  }

  @Test
  void engineAndModulesAreDescribed() {
    assertThat(await(bus.request(Topics.ENGINE_GET, new GetEngine())).description()).isNotBlank();
    final var description =
        await(bus.request(Topics.MODULE_CHECK, new CheckModule(ExecutedLog.sample("kv-store"))));
    assertThat(description.methods()).contains("get", "set").doesNotContain("init");
    assertThat(description.generation()).isEqualTo("split");
  }

  private static Code problem(final Future<?> future) {
    return await(
        future.transform(
            result -> Future.succeededFuture(((NodeException) result.cause()).problem().code())));
  }
}
