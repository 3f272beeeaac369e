// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.CalimeroNode;
import io.calimero.node.NodeConfiguration;
import io.calimero.node.NodeStartException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsIT {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("root.dir")));
  private static final Pattern TYPE = Pattern.compile("# TYPE (calimero_\\w+) \\w+");
  private static final Pattern DOCUMENTED = Pattern.compile("^\\| `(calimero_\\w+)");

  @TempDir private Path home;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void whatTheDocumentationNamesIsMeasuredAndNothingElse()
      throws IOException, NodeStartException, InterruptedException {
    try (CalimeroNode node = start("loopback")) {
      final URI base = node.info().http().getFirst();
      final String context = context(base);
      call(base, "execute", context, "set", new JsonObject().put("key", "a").put("value", "b"));
      call(base, "query", context, "get", new JsonObject().put("key", "a"));
      call(base, "execute", context, "there is no such method", new JsonObject());
      final String scraped = get(base, "/metrics").body();

      assertThat(metric(scraped, "calimero_executions_total{kind=\"execute\",outcome=\"written\"}"))
          .isEqualTo(1);
      assertThat(metric(scraped, "calimero_executions_total{kind=\"query\",outcome=\"read\"}"))
          .isPositive();
      assertThat(metric(scraped, "calimero_log_force_seconds_count")).isPositive();
      assertThat(metric(scraped, "calimero_contexts_loaded")).isEqualTo(1);
      assertThat(metric(scraped, "calimero_engine_compiled")).isEqualTo(1);
      assertThat(metric(scraped, "calimero_blocked_threads_total")).isZero();
      assertThat(scraped)
          .contains(
              "calimero_commands_seconds_bucket{outcome=\"done\",topic=\"calimero.v1.execute\"",
              "jvm_memory_used_bytes",
              "process_cpu_usage",
              "vertx_http_server_requests_total");
      // Reported only once there is one: no discard is what one wants to see.
      final Set<String> names = found(TYPE, scraped.lines().toList());
      final Set<String> rare =
          Set.of("calimero_commands_refused_total", "calimero_commands_unanswered_total");
      names.addAll(rare);
      names.removeIf(name -> name.endsWith("_max"));
      assertThat(names)
          .isEqualTo(found(DOCUMENTED, Files.readAllLines(ROOT.resolve("docs/operations.md"))));
    }
  }

  @Test
  void metricsAreForProgramsOnThisMachineUnlessTheSettingSaysOtherwise()
      throws IOException, NodeStartException, InterruptedException {
    try (CalimeroNode node = start("loopback")) {
      final URI base = node.info().http().getFirst();
      assertThat(get(base, "/metrics").statusCode()).isEqualTo(200);
      assertThat(get(base, "/metrics", "X-Forwarded-For", "192.0.2.1").statusCode()).isEqualTo(403);
    }
    try (CalimeroNode node = start("all")) {
      final URI base = node.info().http().getFirst();
      assertThat(get(base, "/metrics", "X-Forwarded-For", "192.0.2.1").statusCode()).isEqualTo(200);
    }
    try (CalimeroNode node = start("nobody")) {
      assertThat(get(node.info().http().getFirst(), "/metrics").statusCode()).isEqualTo(404);
    }
  }

  private CalimeroNode start(final String metrics) throws NodeStartException {
    return CalimeroNode.start(
        NodeConfiguration.load(
            home,
            Map.of(),
            Map.of(
                "http.port", "0",
                "http.metrics", metrics,
                "bridge.tcp", "true",
                "bridge.tcp-port", "0")));
  }

  private String context(final URI base) throws IOException, InterruptedException {
    final String application =
        post(
                base,
                "/admin-api/install-dev-application",
                new JsonObject()
                    .put("path", ROOT.resolve("apps/kv-store/kv-store.wasm").toString())
                    .put("metadata", new JsonArray()))
            .getJsonObject("data")
            .getString("applicationId");
    return post(
            base,
            "/admin-api/contexts",
            new JsonObject()
                .put("applicationId", application)
                .put("initializationParams", new JsonArray()))
        .getJsonObject("data")
        .getString("contextId");
  }

  private void call(
      final URI base,
      final String kind,
      final String context,
      final String method,
      final JsonObject arguments)
      throws IOException, InterruptedException {
    final JsonObject answer =
        post(
            base,
            "/jsonrpc",
            new JsonObject()
                .put("jsonrpc", "2.0")
                .put("id", 1)
                .put("method", kind)
                .put(
                    "params",
                    new JsonObject()
                        .put("contextId", context)
                        .put("method", method)
                        .put("argsJson", arguments)));
    assertThat(answer.containsKey("result") || answer.containsKey("error")).isTrue();
  }

  private JsonObject post(final URI base, final String path, final JsonObject body)
      throws IOException, InterruptedException {
    final HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(base.resolve(path))
                .POST(BodyPublishers.ofString(body.encode()))
                .build(),
            BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return new JsonObject(response.body());
  }

  private HttpResponse<String> get(final URI base, final String path, final String... headers)
      throws IOException, InterruptedException {
    final HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).GET();
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static double metric(final String scraped, final String series) {
    return scraped
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + series + " in\n" + scraped));
  }

  private static Set<String> found(final Pattern pattern, final Iterable<String> lines) {
    final Set<String> names = new TreeSet<>();
    for (final String line : lines) {
      final Matcher matcher = pattern.matcher(line);
      if (matcher.find()) {
        names.add(matcher.group(1));
      }
    }
    return names;
  }
}
