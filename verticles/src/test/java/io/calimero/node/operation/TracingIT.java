// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.CalimeroNode;
import io.calimero.node.NodeConfiguration;
import io.calimero.node.NodeStartException;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.BusObserver;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.CreateIdentity;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TracingIT {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("root.dir")));
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  @TempDir private Path home;

  @Test
  void aRequestIsSeenFromHttpThroughTheBusWithWhatItIsAbout() throws Exception {
    final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    final OpenTelemetrySdk sdk = sdk(exporter);
    final Vertx vertx = Vertx.builder().withTracer(new OpenTelemetryTracingFactory(sdk)).build();
    try {
      final CalimeroNode node =
          await(
              CalimeroNode.at(home)
                  .http("127.0.0.1", 0)
                  .set("node.parts", "execution,context,http")
                  .deploy(vertx));
      final ContextId context = context(vertx);
      exporter.reset();
      call(node.info().http().getFirst(), context, "set", "00-" + TRACE + "-" + PARENT + "-01");

      final List<SpanData> spans = spansOfTheRequest(exporter);
      final SpanData http = only(spans, SpanKind.SERVER, "POST");
      assertThat(http.getParentSpanId()).isEqualTo(PARENT);
      final List<SpanData> executing =
          spans.stream()
              .filter(
                  span ->
                      Topics.SUBMIT
                          .address()
                          .equals(
                              span.getAttributes()
                                  .get(AttributeKey.stringKey("messaging.destination.name"))))
              .toList();
      final SpanData sent = only(executing, SpanKind.CLIENT, "send");
      assertThat(sent.getParentSpanId()).isEqualTo(http.getSpanId());
      final SpanData taken = only(executing, SpanKind.SERVER, Topics.SUBMIT.address());
      assertThat(taken.getParentSpanId()).isEqualTo(sent.getSpanId());
      assertThat(taken.getAttributes().get(AttributeKey.stringKey("calimero.context")))
          .isEqualTo(context.toString());
      assertThat(taken.getAttributes().get(AttributeKey.stringKey("calimero.method")))
          .isEqualTo("set");
      assertThat(taken.getAttributes().get(AttributeKey.longKey("calimero.position"))).isEqualTo(3);
      assertThat(taken.getAttributes().get(AttributeKey.stringKey("calimero.transaction")))
          .hasSizeGreaterThan(30);
      final SpanData run = only(spans, SpanKind.SERVER, Topics.TRANSACTIONS_EXECUTE.address());
      assertThat(chain(spans, run)).as("of what was on the loop").contains(taken.getSpanId());
    } finally {
      await(vertx.close());
      sdk.close();
    }
  }

  @Test
  void aRequestIsSeenUntilItLeavesForThePeerThatOrders() throws Exception {
    final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    final OpenTelemetrySdk sdk = sdk(exporter);
    final Vertx coordinating = Vertx.vertx();
    final Vertx writing = Vertx.builder().withTracer(new OpenTelemetryTracingFactory(sdk)).build();
    try {
      final CalimeroNode coordinator = member(coordinating, "coordinator");
      final CalimeroNode writer = member(writing, "writer");
      final ContextId context = context(coordinating);
      join(coordinating, writing, context);
      exporter.reset();
      call(writer.info().http().getFirst(), context, "set", "00-" + TRACE + "-" + PARENT + "-01");

      final List<SpanData> spans = spansOfTheRequest(exporter);
      final SpanData http = only(spans, SpanKind.SERVER, "POST");
      final List<SpanData> sent =
          spans.stream()
              .filter(span -> span.getName().equals(Topics.STREAM_SEND.address()))
              .toList();
      assertThat(sent).isNotEmpty();
      for (final SpanData span : sent) {
        assertThat(span.getAttributes().get(AttributeKey.stringKey("calimero.peer")))
            .isEqualTo(coordinator.info().peerId());
        assertThat(chain(spans, span)).contains(http.getSpanId());
      }
      assertThat(spans)
          .as("waiting for peers is nobody's")
          .noneMatch(span -> span.getName().equals(Topics.STREAM_RECEIVE.address()));
    } finally {
      await(writing.close());
      await(coordinating.close());
      sdk.close();
    }
  }

  private CalimeroNode member(final Vertx vertx, final String name) {
    return await(
        CalimeroNode.at(home.resolve(name))
            .http("127.0.0.1", 0)
            .set("p2p.port", "0")
            .set("p2p.hosts", "127.0.0.1")
            .deploy(vertx));
  }

  private static void join(final Vertx coordinating, final Vertx writing, final ContextId context) {
    final Bus there = Bus.of(coordinating);
    final Bus here = Bus.of(writing);
    final PublicKey identity =
        await(here.request(Topics.IDENTITY_CREATE, new CreateIdentity())).identity();
    final PublicKey inviter =
        await(there.request(Topics.CONTEXT_GET, new Get(context))).owned().getFirst();
    final String invitation =
        await(there.request(Topics.CONTEXT_INVITE, new Invite(context, inviter, identity)))
            .invitation();
    await(here.request(Topics.CONTEXT_JOIN, new Join(invitation)));
  }

  private static OpenTelemetrySdk sdk(final InMemorySpanExporter exporter) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  /** The spans that a span is within, as far as they are known. */
  private static List<String> chain(final List<SpanData> spans, final SpanData span) {
    final List<String> parents = new ArrayList<>();
    String parent = span.getParentSpanId();
    boolean found = true;
    while (found) {
      found = false;
      for (final SpanData each : spans) {
        if (each.getSpanId().equals(parent)) {
          parents.add(parent);
          parent = each.getParentSpanId();
          found = true;
          break;
        }
      }
    }
    return parents;
  }

  @Test
  void spansGoToTheCollectorThatIsConfigured() throws Exception {
    final Vertx collector = Vertx.vertx();
    final Promise<String> exported = Promise.promise();
    try {
      final HttpServer server =
          await(
              collector
                  .createHttpServer()
                  .requestHandler(
                      request -> {
                        exported.tryComplete(request.path());
                        request.response().end();
                      })
                  .listen(0, "127.0.0.1"));
      final CalimeroNode node =
          CalimeroNode.start(
              configuration(
                  Map.of(
                      "http.port", "0",
                      "node.parts", "http",
                      "tracing.enabled", "true",
                      "tracing.endpoint", "http://127.0.0.1:" + server.actualPort())));
      get(node.info().http().getFirst().resolve("/admin-api/health"));
      node.stop(); // sends what is there
      assertThat(await(exported.future())).isEqualTo("/v1/traces");
    } finally {
      await(collector.close());
    }
  }

  @Test
  void whereThereIsNoTracerNothingOfItIsThere() throws NodeStartException {
    final Vertx vertx = Vertx.vertx();
    try {
      final BusObserver observer = new BusObserver() {};
      assertThat(Tracing.observer(vertx, observer)).isSameAs(observer);
      assertThat(observer.witness(Topics.SUBMIT)).isSameAs(BusObserver.Witness.NONE);
      assertThat(configuration(Map.of()).tracing()).isEqualTo(TracingOptions.NONE);
    } finally {
      await(vertx.close());
    }
  }

  @Test
  void aCollectorThatIsNoAddressIsAMistake() {
    assertThatThrownBy(() -> configuration(Map.of("tracing.endpoint", "collector:4317")))
        .hasMessageContaining("tracing.endpoint must be a URL");
  }

  private NodeConfiguration configuration(final Map<String, String> settings)
      throws NodeStartException {
    return NodeConfiguration.load(home, Map.of(), settings);
  }

  /** The server's own span ends when the answer has left, which may be after it was read. */
  private static List<SpanData> spansOfTheRequest(final InMemorySpanExporter exporter) {
    final long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (true) {
      final List<SpanData> spans =
          exporter.getFinishedSpanItems().stream()
              .filter(span -> span.getTraceId().equals(TRACE))
              .toList();
      if (System.nanoTime() > deadline
          || spans.stream().anyMatch(span -> span.getParentSpanId().equals(PARENT))) {
        return spans;
      }
      Thread.onSpinWait();
    }
  }

  private static SpanData only(final List<SpanData> spans, final SpanKind kind, final String name) {
    final List<SpanData> found =
        spans.stream()
            .filter(span -> span.getKind() == kind && span.getName().startsWith(name))
            .toList();
    assertThat(found).as("%s %s among %s", kind, name, spans).hasSize(1);
    return found.getFirst();
  }

  private static void call(
      final URI base, final ContextId context, final String method, final String traceparent)
      throws IOException, InterruptedException {
    final JsonObject call =
        new JsonObject()
            .put("jsonrpc", "2.0")
            .put("id", 1)
            .put("method", "execute")
            .put(
                "params",
                new JsonObject()
                    .put("contextId", context.toString())
                    .put("method", method)
                    .put("argsJson", new JsonObject().put("key", "a").put("value", "1")));
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(
              http.send(
                      HttpRequest.newBuilder(base.resolve("/jsonrpc"))
                          .header("content-type", "application/json")
                          .header("traceparent", traceparent)
                          .POST(HttpRequest.BodyPublishers.ofString(call.encode()))
                          .build(),
                      BodyHandlers.ofString())
                  .body())
          .contains("\"result\"");
    }
  }

  private static void get(final URI uri) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      assertThat(
              http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }

  private static ContextId context(final Vertx vertx) {
    final Bus bus = Bus.of(vertx);
    return await(
        bus.request(
                Topics.APPLICATION_INSTALL,
                new Install(
                    ROOT.resolve("apps/kv-store/kv-store.wasm").toUri().toString(),
                    Optional.empty(),
                    Bytes.EMPTY))
            .compose(
                application ->
                    bus.request(
                        Topics.CONTEXT_CREATE,
                        new Create(application.id(), Optional.empty(), Bytes.EMPTY)))
            .map(created -> created.context()));
  }

  private static <T> T await(final Future<T> future) {
    try {
      return future.await(60, TimeUnit.SECONDS);
    } catch (final TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
