// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Cursor;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.storage.home.NodeHome;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.launcher.application.HookContext;
import io.vertx.launcher.application.VertxApplication;
import io.vertx.launcher.application.VertxApplicationHooks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node on somebody else's Vert.x, by the samples of docs/embedding.md. */
class EmbeddingIT {
  private static final int PATIENCE_SECONDS = 60;

  @TempDir private Path home;
  @TempDir private Path classes;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    await(vertx.close());
  }

  @Test
  void theSamplesWorkAndUndeployingLeavesNothingRunning() throws Exception {
    final Set<Thread> before = Thread.getAllStackTraces().keySet();
    final ClassLoader sample = sample();
    final CalimeroNode node =
        await(this.<CalimeroNode>embedding(sample, "deploy", Path.class, home));
    assertThat(node.info().http()).hasSize(1);
    final ContextId context = context();
    set(context, "before", "0");
    final Object answer = await(this.<Object>embedding(sample, "call", ContextId.class, context));
    assertThat(answer).isInstanceOf(Written.class);

    final Watcher watcher = new Watcher(sample, context, Cursor.START);
    assertThat(watcher.next()).as("the creation").isEmpty();
    assertThat(watcher.next()).as("the run of init").isEmpty();
    assertThat(watcher.next())
        .singleElement()
        .extracting(ApplicationEvent::kind)
        .isEqualTo("Inserted");
    assertThat(watcher.next())
        .singleElement()
        .extracting(ApplicationEvent::kind)
        .isEqualTo("Inserted");
    set(context, "a", "2");
    assertThat(watcher.next())
        .as("live")
        .singleElement()
        .extracting(ApplicationEvent::kind)
        .isEqualTo("Updated");
    watcher.stop();
    set(context, "b", "3");
    final Watcher resumed = new Watcher(sample, context, watcher.cursor());
    assertThat(resumed.next())
        .singleElement()
        .extracting(event -> event.data().toUtf8())
        .isEqualTo("{\"key\":\"b\",\"value\":\"3\"}");
    resumed.stop();

    final JsonObject foreign =
        await(
                vertx
                    .eventBus()
                    .<JsonObject>request(
                        "calimero.v1.query",
                        new JsonObject()
                            .put("context", context.toString())
                            .put("method", "get")
                            .put("arguments", new JsonObject().put("key", "b"))))
            .body()
            .getJsonObject("result");
    assertThat(foreign.getString("type")).isEqualTo("Read");
    assertThat(foreign.getJsonObject("outcome").getBinary("returned"))
        .asString()
        .isEqualTo("\"3\"");

    await(node.undeploy());
    assertNothingIsLeft(before);
  }

  @Test
  void closingVertxEndsTheNodeInOrder() throws Exception {
    final Set<Thread> before = Thread.getAllStackTraces().keySet();
    final ClassLoader sample = sample();
    final Vertx first = Vertx.vertx();
    await(CalimeroNode.at(home).http("127.0.0.1", 0).deploy(first));
    final ContextId context = context(first);
    await(Bus.of(first).request(Topics.SUBMIT, submit(context, "a", "1")));
    await(first.close());
    assertNothingIsLeft(before);
    await(this.<CalimeroNode>embedding(sample, "withoutHttp", Path.class, home));
    assertThat(get(context, "a")).isEqualTo("\"1\"");
  }

  @Test
  void aStartThatFailsLeavesNothingAndCanBeTriedAgain() throws Exception {
    final Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final Future<CalimeroNode> refused =
          CalimeroNode.at(home).http("127.0.0.1", taken.getLocalPort()).deploy(vertx);
      assertThatThrownBy(() -> await(refused)).isInstanceOf(NodeStartException.class);
    }
    assertNothingIsLeft(before);
    assertThatThrownBy(() -> await(CalimeroNode.at(home).set("http.prot", 1).deploy(vertx)))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("the node builder: there is no setting http.prot");
    final CalimeroNode node = await(CalimeroNode.at(home).http("127.0.0.1", 0).deploy(vertx));
    assertThatThrownBy(() -> await(CalimeroNode.at(classes).http("127.0.0.1", 0).deploy(vertx)))
        .as("a second node on one Vert.x")
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining("runs on this Vert.x already");
    await(node.undeploy());
    await(CalimeroNode.at(home).http("127.0.0.1", 0).deploy(vertx));
  }

  @Test
  void theVerticleIsConfiguredByItsDeployment() throws Exception {
    final String deployment = await(this.<String>embedding(sample(), "verticle", Path.class, home));
    assertThat(context()).isNotNull();
    await(vertx.undeploy(deployment));
    assertThatThrownBy(() -> await(vertx.deployVerticle(new NodeVerticle())))
        .hasMessageContaining("names no \"home\"");
  }

  @Test
  void theLauncherOfVertxDeploysItByItsName() throws Exception {
    final CompletableFuture<Vertx> started = new CompletableFuture<>();
    final CompletableFuture<Boolean> deployed = new CompletableFuture<>();
    final VertxApplicationHooks hooks =
        new VertxApplicationHooks() {
          @Override
          public void afterVertxStarted(final HookContext context) {
            started.complete(context.vertx());
          }

          @Override
          public void afterVerticleDeployed(final HookContext context) {
            deployed.complete(true);
          }

          @Override
          public void afterFailureToDeployVerticle(final HookContext context, final Throwable t) {
            deployed.completeExceptionally(t);
          }
        };
    final String config =
        new JsonObject()
            .put("home", home.toString())
            .put("http", new JsonObject().put("port", 0))
            .encode();
    new VertxApplication(
        new String[] {NodeVerticle.class.getName(), "--conf", config},
        hooks,
        false,
        false) {}.launch();
    final Vertx launched = started.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    try {
      assertThat(deployed.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(context(launched)).isNotNull();
    } finally {
      await(launched.close());
    }
  }

  private ClassLoader sample() throws IOException {
    SampleProject.compile(classes);
    return new URLClassLoader(
        new URL[] {classes.toUri().toURL()}, EmbeddingIT.class.getClassLoader());
  }

  @SuppressWarnings("unchecked") // the sample is compiled after this
  private <T> Future<T> embedding(
      final ClassLoader sample, final String method, final Class<?> type, final Object argument)
      throws ReflectiveOperationException {
    return (Future<T>)
        sample
            .loadClass("example.Embedding")
            .getMethod(method, Vertx.class, type)
            .invoke(null, vertx, argument);
  }

  private ContextId context() {
    return context(vertx);
  }

  private static ContextId context(final Vertx where) {
    final Bus bus = Bus.of(where);
    return await(
        bus.request(
                Topics.APPLICATION_INSTALL,
                new Install(
                    SampleProject.ROOT.resolve("apps/kv-store/kv-store.wasm").toUri().toString(),
                    Optional.empty(),
                    Bytes.EMPTY))
            .compose(
                application ->
                    bus.request(
                        Topics.CONTEXT_CREATE,
                        new Create(application.id(), Optional.empty(), Bytes.EMPTY)))
            .map(created -> created.context()));
  }

  private void set(final ContextId context, final String key, final String value) {
    assertThat(await(Bus.of(vertx).request(Topics.SUBMIT, submit(context, key, value))))
        .isInstanceOf(Written.class);
  }

  private static Submit submit(final ContextId context, final String key, final String value) {
    return new Submit(
        context,
        Optional.empty(),
        "set",
        Bytes.utf8(new JsonObject().put("key", key).put("value", value).encode()),
        Optional.empty());
  }

  private String get(final ContextId context, final String key) {
    final Read read =
        (Read)
            await(
                Bus.of(vertx)
                    .request(
                        Topics.QUERY,
                        new Query(
                            context,
                            Optional.empty(),
                            "get",
                            Bytes.utf8(new JsonObject().put("key", key).encode()))));
    return read.outcome().returned().orElseThrow().toUtf8();
  }

  /** No thread of the node's, no open file of the home, no lock. */
  private void assertNothingIsLeft(final Set<Thread> before)
      throws InterruptedException, IOException {
    final Set<Thread> after = new HashSet<>(Thread.getAllStackTraces().keySet());
    after.removeAll(before);
    // Those of Vert.x are the embedder's; those of the JDK and of GraalVM's compiler are the JVM's;
    // those for processes, of the JDK's HTTP client and of Hazelcast are of the tests beside this
    // one: the node has none of them here.
    after.removeIf(
        thread ->
            thread
                .getName()
                .matches(
                    "(vert\\.x|vertx|Truffle|Cleaner|VirtualThread|ForkJoinPool|Attach|JVMCI"
                        + "|process reaper|HttpClient-|hz\\.).*"));
    for (final Thread thread : after) {
      thread.join(PATIENCE_SECONDS * 1000L);
      assertThat(thread.isAlive()).as(thread.getName()).isFalse();
    }
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.map(EmbeddingIT::target).filter(file -> file.startsWith(home.toString())))
          .isEmpty();
    }
    NodeHome.open(home, Clock.systemUTC()).close();
  }

  private static String target(final Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (final IOException e) {
      return ""; // closed meanwhile
    }
  }

  private static <T> T await(final Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (final TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** The watcher of the sample, which stores into a queue. */
  private final class Watcher {
    private final BlockingQueue<Object> seen = new ArrayBlockingQueue<>(100);
    private final String deployment;
    private Cursor cursor = Cursor.START;

    Watcher(final ClassLoader sample, final ContextId context, final Cursor from)
        throws ReflectiveOperationException {
      final Function<Object, Future<?>> store =
          entry -> {
            seen.add(entry);
            return Future.succeededFuture();
          };
      deployment =
          await(
              vertx.deployVerticle(
                  (Deployable)
                      sample
                          .loadClass("example.KeyWatcher")
                          .getConstructor(ContextId.class, Cursor.class, Function.class)
                          .newInstance(context, from, store)));
    }

    @SuppressWarnings("unchecked") // the sample is compiled after this
    List<ApplicationEvent> next() throws ReflectiveOperationException, InterruptedException {
      final Object next = seen.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      cursor = (Cursor) next.getClass().getMethod("cursor").invoke(next);
      return (List<ApplicationEvent>) next.getClass().getMethod("events").invoke(next);
    }

    Cursor cursor() {
      return cursor;
    }

    void stop() {
      await(vertx.undeploy(deployment));
      assertThat(seen).isEmpty();
    }
  }
}
