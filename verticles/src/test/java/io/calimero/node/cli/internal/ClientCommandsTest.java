// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each command asks a node for, and what it prints. */
class ClientCommandsTest {
  private static final String APP = "9vTs1W8gZg6ms5SMY8pjx1gcwZMEHLxAVPNSDgzxSyBN";
  private static final String OTHER_APP = "9vTu1W8gZg6ms5SMY8pjx1gcwZMEHLxAVPNSDgzxSyBN";
  private static final String CONTEXT = "BxLvhJ2QmKFMPWjSZmVCh1SmYFSwZQyDyLsDXtLkR6iX";
  private static final String MEMBER = "6Fbvk1pQjdVE3ZbqzAh2DmhMPsmHjuyJyFo6t3ggJJwS";

  private final StandInNode node = new StandInNode();
  private Bench bench;

  @TempDir private Path directory;

  @BeforeEach
  void openBench() {
    bench = new Bench(directory);
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  @Test
  void aFileIsInstalledByItsAbsoluteNameAndTheIdAloneIsTheResult() throws IOException {
    final Path file = Files.writeString(directory.resolve("a b.wasm"), "wasm");
    node.on("POST /admin-api/install-dev-application", data("{\"applicationId\":\"" + APP + "\"}"));

    assertThat(run("app", "install", "a b.wasm", "--metadata", "é")).isZero();

    assertThat(bench.out()).isEqualTo(lines(APP));
    assertThat(node.requests())
        .containsExactly(
            "POST /admin-api/install-dev-application {\"path\":\""
                + file
                + "\",\"metadata\":[195,169]}");
  }

  @Test
  void aUrlIsFetchedByTheNode() {
    node.on("POST /admin-api/install-application", data("{\"applicationId\":\"" + APP + "\"}"));

    assertThat(run("app", "install", "https://example.org/a.wasm", "--hash", MEMBER)).isZero();

    assertThat(bench.out()).isEqualTo(lines(APP));
    assertThat(node.requests())
        .containsExactly(
            "POST /admin-api/install-application"
                + " {\"url\":\"https://example.org/a.wasm\",\"hash\":\""
                + MEMBER
                + "\",\"metadata\":[]}");
  }

  @Test
  void anInvitationIsPrintedAloneAndJoinsElsewhere() {
    node.on(
        "GET /admin-api/contexts/" + CONTEXT + "/identities-owned",
        data("{\"identities\":[\"" + MEMBER + "\"]}"));
    node.on("POST /admin-api/contexts/invite", data("\"3Fxi\""));
    node.on(
        "POST /admin-api/contexts/join",
        data("{\"contextId\":\"" + CONTEXT + "\",\"memberPublicKey\":\"" + MEMBER + "\"}"));
    node.on(
        "GET /admin-api/contexts/" + CONTEXT + "/sync-status",
        data("{\"calimero_sync\":{\"phase\":\"idle\",\"position\":7}}"));

    assertThat(run("context", "invite", CONTEXT, APP)).isZero();
    assertThat(run("context", "join", "3Fxi")).isZero();

    assertThat(bench.out()).isEqualTo(lines("3Fxi", CONTEXT));
    assertThat(node.requests())
        .contains(
            "POST /admin-api/contexts/invite {\"contextId\":\""
                + CONTEXT
                + "\",\"inviterId\":\""
                + MEMBER
                + "\",\"inviteeId\":\""
                + APP
                + "\"}",
            "POST /admin-api/contexts/join {\"invitationPayload\":\"3Fxi\"}");
    assertThat(run("context", "invite", CONTEXT, "short")).isEqualTo(2);
  }

  @Test
  void peersAreListedWithTheAddressesOfTheNode() {
    node.on(
        "GET /admin-api/network/status",
        "{\"peerId\":\"me\",\"listenAddrs\":[\"/ip4/127.0.0.1/tcp/1/p2p/me\"],\"peers\":"
            + "[{\"peerId\":\"you\",\"address\":\"/ip4/192.0.2.7/tcp/5\",\"direction\":"
            + "\"inbound\",\"agent\":\"calimero/1\"}]}");

    assertThat(run("peers")).isZero();

    assertThat(bench.out())
        .isEqualTo(
            lines(
                "PEER  ADDRESS               DIRECTION  AGENT",
                "you   /ip4/192.0.2.7/tcp/5  inbound    calimero/1"));
    assertThat(bench.err()).isEqualTo(lines("This node is at /ip4/127.0.0.1/tcp/1/p2p/me"));
  }

  @Test
  void applicationsAreListedInColumns() {
    apps();

    assertThat(run("app", "ls")).isZero();

    assertThat(bench.out())
        .isEqualTo(
            lines(
                "APPLICATION                                   SIZE     SOURCE",
                APP + "  1.5 KiB  file:///a.wasm",
                OTHER_APP + "  12 B     with\\u001b[31mcolour"));
  }

  @Test
  void whatTheNodeDoesNotSayLeavesAGap() {
    node.on(
        "GET /admin-api/applications",
        data("{\"apps\":[{\"id\":\"A\",\"size\":null,\"source\":null},{}]}"));
    node.on(
        "GET /admin-api/contexts",
        data("{\"contexts\":[{\"id\":\"C\",\"applicationId\":null,\"rootHash\":null}]}"));

    assertThat(run("app", "ls")).isZero();
    assertThat(run("context", "ls")).isZero();

    assertThat(bench.out())
        .isEqualTo(
            lines(
                "APPLICATION  SIZE  SOURCE",
                "A            0 B",
                "             0 B",
                "CONTEXT  APPLICATION  STATE ROOT",
                "C"));
  }

  @Test
  void anEmptyListSaysHowToFillIt() {
    node.on("GET /admin-api/applications", data("{\"apps\":[]}"));
    node.on("GET /admin-api/contexts", data("{\"contexts\":[]}"));

    assertThat(run("app", "ls")).isZero();
    assertThat(run("context", "ls")).isZero();

    assertThat(bench.out()).isEmpty();
    assertThat(bench.err())
        .isEqualTo(
            lines(
                "No application is installed. Install one: app install FILE",
                "There is no context. Create one: context create APP"));
  }

  @Test
  void anApplicationIsShownByTheBeginningOfItsId() {
    apps();
    node.on(
        "GET /admin-api/applications/" + APP,
        data(
            "{\"application\":{\"id\":\""
                + APP
                + "\",\"blob\":{\"bytecode\":\"B1\",\"compiled\":\"B1\"},\"size\":1536,"
                + "\"source\":\"file:///a.wasm\",\"metadata\":[195,169]}}"));

    assertThat(run("app", "get", "9vTs")).isZero();

    assertThat(bench.out())
        .isEqualTo(
            lines(
                "application  " + APP,
                "blob         B1",
                "size         1536 bytes",
                "source       file:///a.wasm",
                "metadata     é"));
  }

  @Test
  void anApplicationIsRemoved() {
    node.on("DELETE /admin-api/applications/" + APP, data("{\"applicationId\":\"" + APP + "\"}"));

    assertThat(run("app", "rm", APP)).isZero();

    assertThat(bench.out()).isEmpty();
    assertThat(bench.err()).isEqualTo(lines("Removed the application " + APP + "."));
  }

  @Test
  void aContextIsCreatedWithItsParametersAsBytes() {
    node.on(
        "POST /admin-api/contexts",
        data("{\"contextId\":\"" + CONTEXT + "\",\"memberPublicKey\":\"" + MEMBER + "\"}"));

    assertThat(run("context", "create", APP, "{\"a\":1}", "--seed", MEMBER)).isZero();

    assertThat(bench.out()).isEqualTo(lines(CONTEXT));
    assertThat(bench.err()).isEqualTo(lines("Your member key in it: " + MEMBER));
    assertThat(node.requests())
        .containsExactly(
            "POST /admin-api/contexts {\"applicationId\":\""
                + APP
                + "\",\"contextSeed\":\""
                + MEMBER
                + "\",\"initializationParams\":[123,34,97,34,58,49,125]}");
  }

  @Test
  void aContextIsCreatedWithTheGasThatIsNamed() {
    node.on(
        "POST /admin-api/contexts",
        data("{\"contextId\":\"" + CONTEXT + "\",\"memberPublicKey\":\"" + MEMBER + "\"}"));

    assertThat(run("context", "create", APP, "--gas", "200000")).isZero();

    assertThat(node.requests().getLast()).contains("\"gas\":200000");
  }

  @Test
  void contextsAreListedInColumns() {
    contexts();

    assertThat(run("context", "ls")).isZero();

    assertThat(bench.out())
        .isEqualTo(
            lines(
                "CONTEXT                                       "
                    + "APPLICATION                                   STATE ROOT",
                CONTEXT + "  " + APP + "  Root1"));
  }

  @Test
  void aContextIsShownWithItsHeadAndItsMembers() {
    contexts();
    node.on(
        "GET /admin-api/contexts/" + CONTEXT,
        data(
            "{\"id\":\""
                + CONTEXT
                + "\",\"applicationId\":\""
                + APP
                + "\",\"contextStateHash\":\"Root1\",\"rootHash\":\"Root1\",\"position\":7,"
                + "\"entryHash\":\"Entry7\",\"calimero_epoch\":2,\"calimero_gas\":200000}"));
    node.on(
        "GET /admin-api/contexts/" + CONTEXT + "/identities",
        data("{\"identities\":[\"" + MEMBER + "\",\"" + OTHER_APP + "\"]}"));
    node.on(
        "GET /admin-api/contexts/" + CONTEXT + "/identities-owned",
        data("{\"identities\":[\"" + MEMBER + "\"]}"));

    assertThat(run("context", "get", "BxL")).isZero();

    assertThat(bench.out())
        .isEqualTo(
            lines(
                "context      " + CONTEXT,
                "application  " + APP,
                "position     7",
                "entry hash   Entry7",
                "epoch        2",
                "gas          200000",
                "state root   Root1",
                "member       " + MEMBER + " (this node's)",
                "member       " + OTHER_APP));
  }

  @Test
  void aContextIsRemoved() {
    node.on("DELETE /admin-api/contexts/" + CONTEXT, data("{\"isDeleted\":true}"));

    assertThat(run("context", "rm", CONTEXT)).isZero();

    assertThat(bench.err()).isEqualTo(lines("Removed the context " + CONTEXT + "."));
  }

  @Test
  void aCallSendsItsArgumentsAsTheyWereWrittenAndShowsTheOutputDigitForDigit() {
    rpc("\"result\":{\"output\":{\"n\":12345678901234567890.10}}");

    assertThat(run("call", CONTEXT, "m", "{\"n\": 1.10}", "--as", MEMBER)).isZero();

    assertThat(bench.out()).isEqualTo(lines("{\"n\": 12345678901234567890.10}"));
    assertThat(node.requests())
        .containsExactly(
            "POST /jsonrpc {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"execute\",\"params\":{"
                + "\"contextId\":\""
                + CONTEXT
                + "\",\"method\":\"m\",\"argsJson\":{\"n\": 1.10},\"executorPublicKey\":\""
                + MEMBER
                + "\"}}");
  }

  @Test
  void aCallWithoutArgumentsSendsAnEmptyObjectAndShowsNull() {
    rpc("\"result\":{\"output\":null}");

    assertThat(run("call", CONTEXT, "m", "--query")).isZero();

    assertThat(bench.out()).isEqualTo(lines("null"));
    assertThat(node.requests())
        .singleElement()
        .asString()
        .contains("\"method\":\"query\"")
        .contains("\"argsJson\":{}}");
  }

  @Test
  void argumentsComeFromAFileOrFromTheStandardInput() throws IOException {
    rpc("\"result\":{\"output\":1}");
    Files.writeString(directory.resolve("args.json"), "{\"from\":\"file\"}\n");
    bench.typed("{\"from\":\"input\"}\n");

    assertThat(run("call", CONTEXT, "m", "@args.json")).isZero();
    assertThat(run("call", CONTEXT, "m", "-")).isZero();

    assertThat(node.requests().get(0)).contains("{\"from\":\"file\"}");
    assertThat(node.requests().get(1)).contains("{\"from\":\"input\"}");
  }

  @Test
  void anIdentityIsMadeAndItsKeyAloneIsTheResult() {
    node.on("POST /admin-api/identity/context", data("{\"publicKey\":\"" + MEMBER + "\"}"));

    assertThat(run("identity", "new")).isZero();

    assertThat(bench.out()).isEqualTo(lines(MEMBER));
  }

  @Test
  void forScriptsEveryCommandPrintsTheAnswerAsItCame() throws IOException {
    apps();
    contexts();
    Files.writeString(directory.resolve("a.wasm"), "wasm");
    final String answer = "{ \"data\": {\"any\":  1.0 } }";
    node.on("POST /admin-api/install-dev-application", answer);
    node.on("GET /admin-api/applications", answer);
    node.on("GET /admin-api/contexts", answer);
    node.on("GET /admin-api/applications/" + APP, answer);
    node.on("DELETE /admin-api/applications/" + APP, answer);
    node.on("POST /admin-api/contexts", answer);
    node.on("GET /admin-api/contexts/" + CONTEXT, answer);
    node.on("DELETE /admin-api/contexts/" + CONTEXT, answer);
    node.on("POST /admin-api/identity/context", answer);

    final List<List<String>> commands =
        List.of(
            List.of("app", "install", "a.wasm"),
            List.of("app", "ls"),
            List.of("app", "get", APP),
            List.of("app", "rm", APP),
            List.of("context", "create", APP),
            List.of("context", "ls"),
            List.of("context", "get", CONTEXT),
            List.of("context", "rm", CONTEXT),
            List.of("identity", "new"));
    for (final List<String> command : commands) {
      final Bench fresh = new Bench(directory);
      final List<String> words = new ArrayList<>(command);
      words.addAll(List.of("--json", "--node", node.url()));
      assertThat(fresh.run(words.toArray(String[]::new))).as("%s", command).isZero();
      assertThat(fresh.out()).as("%s", command).isEqualTo(lines(answer));
      assertThat(fresh.err()).as("%s", command).isEmpty();
    }
  }

  private void apps() {
    node.on(
        "GET /admin-api/applications",
        data(
            "{\"apps\":[{\"id\":\""
                + APP
                + "\",\"size\":1536,\"source\":\"file:///a.wasm\"},{\"id\":\""
                + OTHER_APP
                + "\",\"size\":12,\"source\":\"with\\u001b[31mcolour\"}]}"));
  }

  private void contexts() {
    node.on(
        "GET /admin-api/contexts",
        data(
            "{\"contexts\":[{\"id\":\""
                + CONTEXT
                + "\",\"applicationId\":\""
                + APP
                + "\",\"contextStateHash\":\"Root1\"}]}"));
  }

  private void rpc(final String member) {
    node.on("POST /jsonrpc", "{\"jsonrpc\":\"2.0\",\"id\":1," + member + "}");
  }

  private int run(final String... words) {
    final List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--node", node.url()));
    return bench.run(all.toArray(String[]::new));
  }

  private static String data(final String json) {
    return "{\"data\":" + json + "}";
  }

  private static String lines(final String... lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }
}
