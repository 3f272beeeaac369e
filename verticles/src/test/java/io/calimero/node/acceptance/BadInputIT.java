// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.acceptance.NodeClient.Reply;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each mistake gets an error that says what it is, changes nothing, and harms nobody else. */
@Execution(ExecutionMode.CONCURRENT)
class BadInputIT {
  private static final JsonObject NOTHING = new JsonObject();
  private static final String NOWHERE = "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi";
  private static final int MIB = 1 << 20;

  private static Path directory;
  private static Path home;
  private static NodeProcess node;
  private static NodeClient client;
  private static String store;
  private static String trouble;
  private static String kvStore;
  private static String failing;
  private static List<String> before;

  @BeforeAll
  static void start(@TempDir final Path given) {
    directory = given;
    home = directory.resolve("home");
    node =
        NodeProcess.start(
            home,
            Map.of(
                "LOG_SEGMENT_SIZE", "1MiB",
                "CONTEXTS_MODULE_SIZE", "1MiB",
                // Long for any call that ends, short for those that do not.
                "EXECUTION_CALL_DEADLINE", "3s",
                "CONTEXTS_GAS", "1000000000000000",
                "CONTEXTS_GAS_MAX", "1000000000000000"));
    client = new NodeClient(node);
    kvStore = client.install(Modules.kvStore());
    store = client.create(kvStore, "{}");
    trouble = client.create(client.install(Modules.own("trouble")), "{}");
    client.execute(trouble, "write", JsonObject.of("n", 1));
    // Here already, as the tests run beside one another and look at what is installed.
    failing = client.install(Modules.own("failing-init"));
    before = everything();
  }

  @AfterAll
  static void end() {
    client.close();
    node.close();
  }

  @AfterEach
  void nothingHasChangedAndTheNodeGoesOn() {
    assertThat(everything()).isEqualTo(before);
    assertThat(client.execute(trouble, "read", NOTHING).getJsonObject("output"))
        .isEqualTo(JsonObject.of("n", 1));
    assertThat(client.get("/admin-api/ready").status()).isEqualTo(200);
    assertThat(node.output()).doesNotContain("ERROR").doesNotContain("Exception");
  }

  @Test
  void anUnknownContext() {
    for (final String kind : List.of("execute", "query", "mutate")) {
      final JsonObject error = client.refused(kind, NOWHERE, "get", NOTHING);
      assertThat(error.getString("type")).isEqualTo("ContextNotFound");
      assertThat(error.getJsonObject("data")).isEqualTo(JsonObject.of("context_id", NOWHERE));
    }
    final Reply reply = client.get("/admin-api/contexts/" + NOWHERE);
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.error()).isEqualTo("Context not found");
    assertThat(client.refused("execute", "no identifier", "get", NOTHING).getString("type"))
        .isEqualTo("ParseError");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no_such_method", "memory", "a_global", "takes_and_returns"})
  void whatIsNoMethod(final String name) {
    for (final String kind : List.of("execute", "query", "mutate")) {
      final JsonObject error = client.refused(kind, trouble, name, NOTHING);
      assertThat(error.getString("type")).isEqualTo("FunctionCallError");
      assertThat(error.getString("data")).contains(name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"init", "__calimero_sync_next"})
  void whatIsNotToBeCalledFromOutside(final String name) {
    final JsonObject error = client.refused("execute", store, name, NOTHING);
    assertThat(error.getString("type")).isEqualTo("FunctionCallError");
    assertThat(error.getString("data")).contains(name);
  }

  @Test
  void argumentsThatAreNoJson() {
    final Reply reply =
        client.post(
            "/jsonrpc",
            NodeClient.request("execute", store, "set", NOTHING)
                .replace("\"argsJson\":{}", "\"argsJson\":{key}"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.body()).startsWith("invalid JSON at line 1, column ");
  }

  @Test
  void argumentsThatTheMethodDoesNotTake() {
    final JsonObject error = client.refused("execute", store, "set", JsonObject.of("key", 1));
    assertThat(error.getString("type")).isEqualTo("FunctionCallError");
    assertThat(error.getString("data")).contains("Failed to deserialize");
  }

  @Test
  void argumentsAndBodiesOverTheirLimit() {
    final JsonObject error =
        client.refused("execute", store, "set", JsonObject.of("key", "x".repeat(10 * MIB)));
    assertThat(error.getString("type")).isEqualTo("ParseError");
    assertThat(error.getString("data")).contains("argsJson").contains("larger than");

    final Reply reply =
        client.post(
            "/jsonrpc",
            NodeClient.request(
                "execute", store, "set", JsonObject.of("key", "x".repeat(17 * MIB))));
    assertThat(reply.status()).isEqualTo(413);
  }

  @Test
  void filesThatAreNoApplication() throws IOException {
    final Path text = Files.writeString(directory.resolve("text.wasm"), "This is no WebAssembly.");
    assertNotInstalled(text, "WebAssembly");
    assertNotInstalled(Files.write(directory.resolve("empty.wasm"), new byte[0]), "");
    assertNotInstalled(
        Files.write(directory.resolve("large.wasm"), new byte[MIB + 1]), "larger than");
    assertNotInstalled(Modules.guest("no-memory"), "memory");
    assertNotInstalled(Modules.guest("unknown-imports"), "launch_rockets", "fd_write");
    assertNotInstalled(directory.resolve("missing.wasm"), "missing.wasm");
    assertNotInstalled(directory, "no regular file");

    final byte[] module = Files.readAllBytes(Modules.kvStore());
    for (int i = 0; i < 64; i++) {
      module[100 + i * 64] ^= 0x55;
    }
    assertNotInstalled(Files.write(directory.resolve("broken.wasm"), module), "");
  }

  @Test
  void aContextOfNoApplication() {
    final Reply reply = client.tryCreate(NOWHERE, "{}");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.error()).contains("not installed");
  }

  @Test
  void aContextWithMoreGasThanTheNodeAllowsOrTooLittleForItsInit() {
    final Reply much =
        client.tryCreate(kvStore, "{}", JsonObject.of("gas", 1_000_000_000_000_001L));
    assertThat(much.status()).isEqualTo(400);
    assertThat(much.error()).contains("from 1 to 1000000000000000 (contexts.gas-max");
    final Reply little = client.tryCreate(kvStore, "{}", JsonObject.of("gas", 1));
    assertThat(little.status()).isEqualTo(400);
    assertThat(little.error()).isEqualTo("out of gas");
  }

  @Test
  void anInitThatFails() {
    final Reply reply = client.tryCreate(failing, "{}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error()).contains("no such ledger");
  }

  @ParameterizedTest
  @ValueSource(strings = {"spin", "write_then_spin"})
  void aCallWithoutEnd(final String method) {
    final JsonObject error = client.refused("mutate", trouble, method, NOTHING);
    assertThat(error.getString("type")).isEqualTo("FunctionCallError");
    assertThat(error.getString("data")).contains("did not end within");
  }

  @ParameterizedTest
  @ValueSource(strings = {"write_then_trap", "log_flood", "event_flood", "write_flood"})
  void aCallThatTrapsOrFloods(final String method) {
    final JsonObject error = client.refused("mutate", trouble, method, NOTHING);
    assertThat(error.getString("type")).isEqualTo("FunctionCallError");
    assertThat(error.getString("data")).isNotEmpty();
  }

  private static void assertNotInstalled(final Path file, final String... words) {
    final Reply reply = client.tryInstall(file);
    assertThat(reply.status()).as(reply.body()).isEqualTo(400);
    assertThat(reply.error()).isNotEmpty().contains(words);
    assertThat(everything()).isEqualTo(before);
  }

  /** All that a mistake could have changed: what is listed, and which files there are. */
  private static List<String> everything() {
    final Stream<String> listed =
        Stream.concat(
            client.applications().stream(),
            client.contexts().stream().map(context -> client.context(context).encode()));
    return Stream.concat(
            listed, Stream.of("keys", "blobs/roots", "blobs/chunks").flatMap(BadInputIT::files))
        .sorted()
        .toList();
  }

  private static Stream<String> files(final String folder) {
    try (Stream<Path> files = Files.list(home.resolve(folder))) {
      return files.map(Path::toString).toList().stream();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
