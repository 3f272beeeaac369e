// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static io.calimero.node.http.Samples.APPLICATION;
import static io.calimero.node.http.Samples.CONTEXT;
import static io.calimero.node.http.Samples.ENTRY;
import static io.calimero.node.http.Samples.MEMBER;
import static io.calimero.node.http.Samples.OTHER_CONTEXT;
import static io.calimero.node.http.Samples.ROOT;
import static io.calimero.node.http.Samples.STATE;
import static io.calimero.node.http.Samples.STRANGER;
import static io.calimero.node.http.Samples.SUMMARY;
import static io.calimero.node.http.Samples.hash;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Engine;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.messages.NetworkMessages.Peer;
import io.calimero.node.events.messages.NetworkMessages.Reachability;
import io.vertx.core.Future;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminApiTest {
  private static final String APPLICATION_JSON =
      "{\"id\":\""
          + APPLICATION.id()
          + "\",\"blob\":{\"bytecode\":\""
          + APPLICATION.blob()
          + "\",\"compiled\":\"11111111111111111111111111111111\"},\"size\":1234,"
          + "\"source\":\"file:///apps/kv%20store.wasm\",\"metadata\":[97,195,191,98]}";
  private static final String CONTEXT_FIELDS =
      "\"id\":\""
          + CONTEXT
          + "\",\"applicationId\":\""
          + APPLICATION.id()
          + "\",\"contextStateHash\":\""
          + ROOT
          + "\",\"rootHash\":\""
          + ROOT
          + "\",\"dagHeads\":["
          + numbers(ENTRY)
          + "],\"position\":7,\"entryHash\":\""
          + ENTRY
          + "\",\"calimero_epoch\":1";

  private final NodeUnderTest node = new NodeUnderTest();

  @AfterEach
  void stop() {
    node.close();
  }

  private static String numbers(final Hash hash) {
    final byte[] bytes = hash.toByteArray();
    return IntStream.range(0, bytes.length)
        .mapToObj(i -> Integer.toString(bytes[i] & 0xff))
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static void assertAnswer(
      final HttpResponse<String> response, final int status, final String body) {
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
  }

  private static void assertData(final HttpResponse<String> response, final String data) {
    assertAnswer(response, 200, "{\"data\":" + data + "}");
  }

  private static void assertError(
      final HttpResponse<String> response, final int status, final String message) {
    assertAnswer(response, status, "{\"error\":\"" + message + "\"}");
  }

  @Test
  void healthIsAliveWithOrWithoutAnEngine() {
    assertData(node.get("/admin-api/health"), "{\"status\":\"alive\"}");
    node.answer(Topics.ENGINE_GET, new Engine(true, "GraalWasm, \"compiled\""));
    assertData(
        node.get("/admin-api/health"),
        "{\"status\":\"alive\",\"calimero_engine\":{\"compiled\":true,"
            + "\"description\":\"GraalWasm, \\\"compiled\\\"\"}}");
    assertData(node.get("/admin-api/is-authed"), "{\"status\":\"alive\"}");
  }

  @Test
  void readyWhenBothContextAndExecutionAnswer() {
    assertAnswer(node.get("/admin-api/ready"), 503, "{\"data\":{\"status\":\"starting\"}}");
    node.answer(Topics.ENGINE_GET, new Engine(true, "an engine"));
    assertAnswer(node.get("/admin-api/ready"), 503, "{\"data\":{\"status\":\"starting\"}}");
    node.fail(Topics.APPLICATION_GET, Code.INTERNAL, "the disk is gone");
    assertAnswer(
        node.get("/admin-api/ready"), 503, "{\"data\":{\"status\":\"store_unavailable\"}}");
    node.answer(Topics.APPLICATION_GET, new ApplicationMessages.Found(Optional.empty()));
    assertAnswer(node.get("/admin-api/ready"), 200, "{\"data\":{\"status\":\"ready\"}}");
  }

  @Test
  void theNetworkIsToldInTheShapeOfTheReference() {
    node.answer(
        Topics.NETWORK_STATUS,
        new NetworkMessages.Status(
            "12D3KooWme",
            List.of("/ip4/127.0.0.1/tcp/2428/p2p/12D3KooWme"),
            Reachability.UNKNOWN,
            List.of(new Peer("12D3KooWyou", "/ip4/192.0.2.7/tcp/5", true, "a \"client\"/1")),
            3));
    assertAnswer(
        node.get("/admin-api/network/status"),
        200,
        "{\"peerId\":\"12D3KooWme\",\"localPeerId\":\"12D3KooWme\","
            + "\"listenAddrs\":[\"/ip4/127.0.0.1/tcp/2428/p2p/12D3KooWme\"],"
            + "\"externalAddrs\":[],\"relays\":[],\"rendezvous\":[],\"directUpgrades\":[],"
            + "\"autonat\":{\"reachability\":\"unknown\"},"
            + "\"peers\":[{\"peerId\":\"12D3KooWyou\",\"address\":\"/ip4/192.0.2.7/tcp/5\","
            + "\"direction\":\"outbound\",\"agent\":\"a \\\"client\\\"/1\"}],"
            + "\"rememberedPeers\":3}");
  }

  @Test
  void whoIsInvitedJoinsWithWhatTheInviterGot() {
    node.answer(Topics.CONTEXT_INVITE, new ContextMessages.Invited("3Fxi"));
    assertData(
        node.post(
            "/admin-api/contexts/invite",
            "{\"contextId\":\""
                + CONTEXT
                + "\",\"inviterId\":\""
                + MEMBER
                + "\",\"inviteeId\":\""
                + STRANGER
                + "\"}"),
        "\"3Fxi\"");
    assertThat(node.asked(Topics.CONTEXT_INVITE))
        .containsExactly(new ContextMessages.Invite(CONTEXT, MEMBER, STRANGER));
    node.answer(Topics.CONTEXT_JOIN, new ContextMessages.Joined(CONTEXT, STRANGER));
    assertData(
        node.post("/admin-api/contexts/join", "{\"invitationPayload\":\"3Fxi\"}"),
        "{\"contextId\":\"" + CONTEXT + "\",\"memberPublicKey\":\"" + STRANGER + "\"}");
    assertThat(node.asked(Topics.CONTEXT_JOIN)).containsExactly(new ContextMessages.Join("3Fxi"));
    assertError(
        node.post(
            "/admin-api/contexts/invite",
            "{\"contextId\":\"" + CONTEXT + "\",\"inviterId\":\"x\",\"inviteeId\":\"y\"}"),
        400,
        "Invalid identity");
    assertError(
        node.post("/admin-api/contexts/join", "{}"), 400, "missing field `invitationPayload`");
  }

  @Test
  void peersAreCountedWithoutAnEnvelope() {
    assertError(node.get("/admin-api/peers"), 503, "the node is starting or stopping");
    node.answer(
        Topics.PEER_LIST,
        new NetworkMessages.Peers(List.of(new Peer("12D3KooWyou", "/ip4/192.0.2.7", false, ""))));
    assertAnswer(node.get("/admin-api/peers"), 200, "{\"count\":1}");
  }

  @Test
  void aDevApplicationIsInstalledFromAFileOfTheNode() {
    node.answer(Topics.APPLICATION_INSTALL, APPLICATION);
    assertData(
        node.post(
            "/admin-api/install-dev-application",
            "{\"path\":\"/apps/kv store.wasm\",\"metadata\":[97,195,191,98],\"package\":\"x\","
                + "\"version\":{\"more\":[]}}"),
        "{\"applicationId\":\"" + APPLICATION.id() + "\"}");
    assertThat(node.asked(Topics.APPLICATION_INSTALL))
        .containsExactly(
            new ApplicationMessages.Install(
                "file:///apps/kv%20store.wasm", Optional.empty(), Bytes.utf8("a\u00ffb")));
  }

  @Test
  void aRelativePathIsThatOfTheNodesProcess() {
    node.answer(Topics.APPLICATION_INSTALL, APPLICATION);
    node.post("/admin-api/install-dev-application", "{\"path\":\"apps/../a.wasm\"}");
    assertThat(node.asked(Topics.APPLICATION_INSTALL))
        .singleElement()
        .extracting(ApplicationMessages.Install::source)
        .isEqualTo(Path.of("a.wasm").toAbsolutePath().toUri().toString());
  }

  @Test
  void anApplicationIsInstalledFromAUrl() {
    node.answer(Topics.APPLICATION_INSTALL, APPLICATION);
    final Hash expected = hash("expected");
    assertData(
        node.post(
            "/admin-api/install-application",
            "{\"url\":\"https://example.org/a.wasm\",\"hash\":\""
                + expected
                + "\",\"metadata\":[]}"),
        "{\"applicationId\":\"" + APPLICATION.id() + "\"}");
    node.post(
        "/admin-api/install-application",
        "{\"url\":\"file:///a.wasm\",\"hash\":null,\"metadata\":null}");
    assertThat(node.asked(Topics.APPLICATION_INSTALL))
        .containsExactly(
            new ApplicationMessages.Install(
                "https://example.org/a.wasm", Optional.of(expected), Bytes.EMPTY),
            new ApplicationMessages.Install("file:///a.wasm", Optional.empty(), Bytes.EMPTY));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | invalid JSON: there is none",
        "{\"url\" | invalid JSON at line 1, column 7: Unexpected end-of-input within/between Object"
            + " entries",
        "[] | the body must be a JSON object",
        "{} | missing field `url`",
        "{\"url\":1} | `url` must be a string",
        "{\"url\":\"a\",\"hash\":\"xyz\"} | Invalid hash",
        "{\"url\":\"a\",\"metadata\":\"abc\"} | `metadata` must be an array of bytes",
        "{\"url\":\"a\",\"metadata\":[256]} | `metadata` must have numbers from 0 to 255 only",
        "{\"url\":\"a\",\"metadata\":[-1]} | `metadata` must have numbers from 0 to 255 only",
        "{\"url\":\"a\",\"metadata\":[1.5]} | `metadata` must have numbers from 0 to 255 only",
        "{\"url\":\"a\",\"metadata\":[[]]} | `metadata` must have numbers from 0 to 255 only"
      })
  void whatCannotBeInstalledIsABadRequest(final String body, final String message) {
    assertError(node.post("/admin-api/install-application", body), 400, message);
  }

  @Test
  void applicationsAreListedAndFound() {
    node.answer(Topics.APPLICATION_LIST, new ApplicationMessages.All(List.of(APPLICATION)));
    assertData(node.get("/admin-api/applications"), "{\"apps\":[" + APPLICATION_JSON + "]}");
    node.answer(Topics.APPLICATION_GET, new ApplicationMessages.Found(Optional.of(APPLICATION)));
    assertData(
        node.get("/admin-api/applications/" + APPLICATION.id()),
        "{\"application\":" + APPLICATION_JSON + "}");
    node.answer(Topics.APPLICATION_GET, new ApplicationMessages.Found(Optional.empty()));
    assertData(
        node.get("/admin-api/applications/" + APPLICATION.id() + "/"), "{\"application\":null}");
    assertError(node.get("/admin-api/applications/0OIl"), 400, "Invalid app id");
  }

  @Test
  void anApplicationIsRemovedUnlessAContextUsesIt() {
    final ApplicationId id = APPLICATION.id();
    node.answer(Topics.APPLICATION_REMOVE, new ApplicationMessages.Done());
    assertData(node.delete("/admin-api/applications/" + id), "{\"applicationId\":\"" + id + "\"}");
    assertThat(node.asked(Topics.APPLICATION_REMOVE))
        .containsExactly(new ApplicationMessages.Remove(id));
    node.fail(Topics.APPLICATION_REMOVE, Code.APPLICATION_IN_USE, "a context uses it");
    assertError(node.delete("/admin-api/applications/" + id), 409, "a context uses it");
  }

  @Test
  void aContextIsCreated() {
    node.answer(Topics.CONTEXT_CREATE, new ContextMessages.Created(CONTEXT, MEMBER));
    final Hash seed = hash("seed");
    assertData(
        node.post(
            "/admin-api/contexts",
            "{\"protocol\":\"near\",\"groupId\":\"g\",\"applicationId\":\""
                + APPLICATION.id()
                + "\",\"contextSeed\":\""
                + seed
                + "\",\"initializationParams\":[123,125],\"upgradePolicy\":\"LazyOnAccess\"}"),
        "{\"contextId\":\"" + CONTEXT + "\",\"memberPublicKey\":\"" + MEMBER + "\"}");
    node.post("/admin-api/contexts", "{\"applicationId\":\"" + APPLICATION.id() + "\"}");
    assertThat(node.asked(Topics.CONTEXT_CREATE))
        .containsExactly(
            new ContextMessages.Create(APPLICATION.id(), Optional.of(seed), Bytes.utf8("{}")),
            new ContextMessages.Create(APPLICATION.id(), Optional.empty(), Bytes.EMPTY));
  }

  @Test
  void aContextIsCreatedWithTheGasThatIsNamed() {
    node.answer(Topics.CONTEXT_CREATE, new ContextMessages.Created(CONTEXT, MEMBER));
    final String begin = "{\"applicationId\":\"" + APPLICATION.id() + "\",\"gas\":";
    node.post("/admin-api/contexts", begin + "200000}");
    node.post("/admin-api/contexts", begin + "null}");
    assertThat(node.asked(Topics.CONTEXT_CREATE))
        .extracting(ContextMessages.Create::gas)
        .containsExactly(Optional.of(200_000L), Optional.empty());
    for (final String none : List.of("1.5", "1e9", "true", "9223372036854775808")) {
      assertError(
          node.post("/admin-api/contexts", begin + none + "}"),
          400,
          "`gas` must be a whole number");
    }
    assertError(
        node.post("/admin-api/contexts", begin + "\"200000\"}"),
        400,
        "`gas` must be a number, true or false");
    assertThat(node.asked(Topics.CONTEXT_CREATE)).hasSize(2);
  }

  @Test
  void aFailingInitIsABadRequestWithTheGuestsMessage() {
    node.fail(
        Topics.CONTEXT_CREATE, Code.INIT_FAILED, "guest panicked: no \"name\" at src/lib.rs:7:1");
    assertError(
        node.post("/admin-api/contexts", "{\"applicationId\":\"" + APPLICATION.id() + "\"}"),
        400,
        "guest panicked: no \\\"name\\\" at src/lib.rs:7:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INVALID_REQUEST | 400",
        "INVALID_MODULE | 400",
        "SOURCE_UNAVAILABLE | 400",
        "INIT_FAILED | 400",
        "UNAUTHORIZED | 403",
        "APPLICATION_NOT_INSTALLED | 404",
        "CONTEXT_EXISTS | 409",
        "APPLICATION_IN_USE | 409",
        "PRIOR_MISMATCH | 409",
        "LOG_FAILED | 500",
        "CONTEXT_DIVERGED | 500",
        "CONTEXT_DAMAGED | 500",
        "BLOB_UNAVAILABLE | 500",
        "BUSY | 503",
        "PEER_UNREACHABLE | 503",
        "STREAM_ENDED | 503",
        "NOT_READY | 503",
        "TIMEOUT | 504",
        "STORAGE_FULL | 507"
      })
  void everyProblemHasItsStatus(final Code code, final int status) {
    node.fail(Topics.CONTEXT_CREATE, code, "why");
    final HttpResponse<String> response =
        node.post("/admin-api/contexts", "{\"applicationId\":\"" + APPLICATION.id() + "\"}");
    assertError(response, status, "why");
    assertThat(response.headers().firstValue("retry-after"))
        .isEqualTo(status == 503 ? Optional.of("1") : Optional.empty());
  }

  @Test
  void aBugOfTheNodeTellsNothingOfTheNode() {
    node.fail(Topics.CONTEXT_CREATE, Code.INTERNAL, "a secret of the node");
    assertError(
        node.post("/admin-api/contexts", "{\"applicationId\":\"" + APPLICATION.id() + "\"}"),
        500,
        "Internal server error");
  }

  @Test
  void whatNamesNoApplicationOrSeedIsABadRequest() {
    assertError(
        node.post("/admin-api/contexts", "{\"applicationId\":\"0\"}"), 400, "Invalid app id");
    assertError(
        node.post(
            "/admin-api/contexts",
            "{\"applicationId\":\"" + APPLICATION.id() + "\",\"contextSeed\":\"1\"}"),
        400,
        "Invalid context seed");
  }

  @Test
  void contextsAreListedWithTheirStateRoots() {
    final Summary other =
        new Summary(
            OTHER_CONTEXT,
            new ApplicationId(hash("another application")),
            STATE.head(),
            List.of(),
            List.of(),
            MEMBER,
            0,
            1,
            Optional.of("entry 8 is torn"));
    node.answer(Topics.CONTEXT_LIST, new ContextMessages.All(List.of(SUMMARY, other)));
    node.when(
        Topics.STATE_GET,
        asked ->
            asked.context().equals(CONTEXT)
                ? Future.succeededFuture(STATE)
                : Future.failedFuture(Problem.of(Code.BUSY, "later").toException()));
    final String otherFields =
        "{\"id\":\""
            + OTHER_CONTEXT
            + "\",\"applicationId\":\""
            + other.application()
            + "\",\"contextStateHash\":null,\"rootHash\":null,\"dagHeads\":["
            + numbers(ENTRY)
            + "],\"position\":7,\"entryHash\":\""
            + ENTRY
            + "\",\"calimero_epoch\":1,\"calimero_state_problem\":\"later\",\"calimero_damage\":\"entry"
            + " 8 is torn\"}";
    assertData(
        node.get("/admin-api/contexts"),
        "{\"contexts\":[{" + CONTEXT_FIELDS + "}," + otherFields + "]}");
    assertData(
        node.get("/admin-api/contexts/for-application/" + other.application()),
        "{\"contexts\":[" + otherFields + "]}");
    assertData(
        node.get("/admin-api/contexts/for-application/" + hash("no one's")), "{\"contexts\":[]}");
    assertError(node.get("/admin-api/contexts/for-application/x"), 400, "Invalid app id");
  }

  @Test
  void aContextIsShownForBothGenerationsOfClients() {
    node.answer(Topics.CONTEXT_GET, SUMMARY);
    node.answer(Topics.STATE_GET, STATE);
    assertData(
        node.get("/admin-api/contexts/" + CONTEXT),
        "{" + CONTEXT_FIELDS + ",\"context\":{" + CONTEXT_FIELDS + "}}");
    node.answer(Topics.CONTEXT_LIMITS, Limits.DEFAULT.withGas(200_000));
    final String metered = CONTEXT_FIELDS + ",\"calimero_gas\":200000";
    assertData(
        node.get("/admin-api/contexts/" + CONTEXT),
        "{" + metered + ",\"context\":{" + metered + "}}");
    node.answer(Topics.CONTEXT_LIMITS, Limits.DEFAULT.metered(Limits.UNMETERED, 0));
    assertData(
        node.get("/admin-api/contexts/" + CONTEXT),
        "{" + CONTEXT_FIELDS + ",\"context\":{" + CONTEXT_FIELDS + "}}");
  }

  @ParameterizedTest
  @CsvSource({"''", "/identities", "/identities-owned"})
  void anUnknownContextIsNotFound(final String route) {
    node.fail(Topics.CONTEXT_GET, Code.CONTEXT_NOT_FOUND, "no such context");
    assertError(node.get("/admin-api/contexts/" + CONTEXT + route), 404, "Context not found");
    assertError(node.get("/admin-api/contexts/abc" + route), 400, "Invalid context id");
  }

  @Test
  void aContextIsRemovedWithOrWithoutABody() {
    node.answer(Topics.CONTEXT_REMOVE, new ContextMessages.Removed(true));
    assertData(node.delete("/admin-api/contexts/" + CONTEXT), "{\"isDeleted\":true}");
    node.answer(Topics.CONTEXT_REMOVE, new ContextMessages.Removed(false));
    assertData(
        node.send(
            node.request("/admin-api/contexts/" + CONTEXT)
                .header("Content-Type", "application/json")
                .method("DELETE", BodyPublishers.ofString("{\"requester\":\"me\"}"))),
        "{\"isDeleted\":false}");
    assertError(node.delete("/admin-api/contexts/abc"), 400, "Invalid context id");
  }

  @Test
  void theIdentitiesAreAllMembersOrTheOwnedOnes() {
    node.answer(Topics.CONTEXT_GET, SUMMARY);
    assertData(
        node.get("/admin-api/contexts/" + CONTEXT + "/identities"),
        "{\"identities\":[\"" + MEMBER + "\",\"" + STRANGER + "\"]}");
    assertData(
        node.get("/admin-api/contexts/" + CONTEXT + "/identities-owned"),
        "{\"identities\":[\"" + MEMBER + "\"]}");
  }

  @Test
  void theStorageOfAContextIsItsRealSize() {
    node.answer(Topics.STATE_GET, STATE);
    assertData(node.get("/admin-api/contexts/" + CONTEXT + "/storage"), "{\"sizeInBytes\":4096}");
    node.fail(Topics.STATE_GET, Code.CONTEXT_NOT_FOUND, "no such context");
    assertError(node.get("/admin-api/contexts/" + CONTEXT + "/storage"), 404, "Context not found");
  }

  @Test
  void anIdentityIsMadeWhateverTheBody() {
    node.answer(Topics.IDENTITY_CREATE, new ContextMessages.IdentityCreated(MEMBER));
    final String made = "{\"publicKey\":\"" + MEMBER + "\"}";
    assertData(node.post("/admin-api/identity/context", "{}"), made);
    assertData(
        node.send(
            node.request("/admin-api/identity/context")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.noBody())),
        made);
  }

  @Test
  void anUnknownRouteIsNotFoundAndAWrongMethodNotAllowed() {
    assertError(node.get("/admin-api/nothing"), 404, "there is no /admin-api/nothing");
    assertError(node.get("/"), 404, "there is no /");
    final HttpResponse<String> response = node.delete("/admin-api/contexts");
    assertError(response, 405, "/admin-api/contexts takes GET, HEAD, OPTIONS, POST, not DELETE");
    assertThat(response.headers().firstValue("allow")).contains("GET, HEAD, OPTIONS, POST");
    assertError(
        node.post("/admin-api/contexts/" + CONTEXT, "{}"),
        405,
        "/admin-api/contexts/" + CONTEXT + " takes DELETE, GET, HEAD, OPTIONS, not POST");
  }

  @Test
  void aHeadRequestGetsTheHeadersOnly() {
    final HttpResponse<String> response =
        node.send(node.request("/admin-api/is-authed").method("HEAD", BodyPublishers.noBody()));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void anApplicationsDescriptionOfItselfIsServedIfItIsJson() {
    final String path = "/admin-api/applications/" + Hash.ZERO + "/abi";
    node.answer(
        Topics.APPLICATION_ABI,
        new ApplicationMessages.Abi(Optional.of(Bytes.utf8("{\"methods\":[]}"))));
    assertThat(node.get(path).body()).isEqualTo("{\"data\":{\"abi\":{\"methods\":[]}}}");
    node.answer(Topics.APPLICATION_ABI, new ApplicationMessages.Abi(Optional.of(Bytes.utf8("}{"))));
    assertThat(node.get(path + "?service_name=x").body()).isEqualTo("{\"data\":{\"abi\":null}}");
    assertThat(node.asked(Topics.APPLICATION_ABI).getLast().service()).contains("x");
  }

  @Test
  void aServiceOfABundleIsFoundByItsName() {
    final Application one =
        new Application(new BlobId(Hash.ZERO), 1, "file:///a.mpk#one", Bytes.EMPTY);
    final Application two =
        new Application(new BlobId(Hash.ZERO), 1, "file:///a.mpk#two", Bytes.EMPTY);
    node.answer(Topics.APPLICATION_LIST, new ApplicationMessages.All(List.of(one, two)));
    node.answer(
        Topics.CONTEXT_CREATE,
        new ContextMessages.Created(new ContextId(Hash.ZERO), new PublicKey(Hash.ZERO)));
    final String body =
        "{\"applicationId\":\"" + one.id() + "\",\"initializationParams\":[],\"serviceName\":";
    assertThat(node.post("/admin-api/contexts", body + "\"two\"}").statusCode()).isEqualTo(200);
    assertThat(node.asked(Topics.CONTEXT_CREATE).getLast().application()).isEqualTo(two.id());
    assertThat(node.post("/admin-api/contexts", body + "\"three\"}").body())
        .contains("no service of that name");
  }
}
