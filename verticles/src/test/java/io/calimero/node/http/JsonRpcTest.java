// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static io.calimero.node.http.Samples.APPLICATION;
import static io.calimero.node.http.Samples.CONTEXT;
import static io.calimero.node.http.Samples.ENTRY;
import static io.calimero.node.http.Samples.MEMBER;
import static io.calimero.node.http.Samples.STRANGER;
import static io.calimero.node.http.Samples.TRANSACTION;
import static io.calimero.node.http.Samples.read;
import static io.calimero.node.http.Samples.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.vertx.core.Future;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRpcTest {
  private final NodeUnderTest node = new NodeUnderTest();

  @AfterEach
  void stop() {
    node.close();
  }

  private static String request(final String method, final String more) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
        + method
        + "\",\"params\":{\"contextId\":\""
        + CONTEXT
        + "\",\"method\":\"get\""
        + more
        + "}}";
  }

  private static String execute(final String more) {
    return request("execute", more);
  }

  private static String result(final String output) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"output\":" + output + "}}";
  }

  private static String error(final String type, final String data) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"type\":\""
        + type
        + "\",\"data\":"
        + data
        + "}}";
  }

  @Test
  void executeGivesTheMethodsReturnValueAsItIs() {
    node.answer(Topics.SUBMIT, written("{\"b\":1.50,\"a\":[null,\"\\u00e9\"]}"));
    final HttpResponse<String> response = node.post("/jsonrpc", execute(",\"argsJson\":{}"));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
    assertThat(response.body()).isEqualTo(result("{\"b\":1.50,\"a\":[null,\"\\u00e9\"]}"));
  }

  @Test
  void aMethodThatReturnsNothingGivesNull() {
    node.answer(
        Topics.SUBMIT,
        new Read(7, new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 0)));
    assertThat(node.rpc(execute(""))).isEqualTo(result("null"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "4294967295",
        "123456789012345678901234567890",
        "-1.50e+3",
        "\"text\"",
        "\"\\u0041\\/\\n\"",
        "\"é\"",
        "null"
      })
  void theIdComesBackAsItWasSent(final String id) {
    node.answer(Topics.SUBMIT, read("true"));
    assertThat(node.rpc(execute("").replace("\"id\":1", "\"id\" : " + id)))
        .isEqualTo(result("true").replace("\"id\":1", "\"id\":" + id));
  }

  @Test
  void anAbsentIdIsNull() {
    node.answer(Topics.SUBMIT, read("true"));
    assertThat(node.rpc(execute("").replace("\"id\":1,", "")))
        .isEqualTo(result("true").replace("\"id\":1", "\"id\":null"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | {}",
        "{ \"z\" : 1 , \"a\" : 2 } | {\"z\":1,\"a\":2}",
        "{\"n\":[1.0, 1e400, -0, 0.10, 123456789012345678901]}"
            + " | {\"n\":[1.0,1e400,-0,0.10,123456789012345678901]}",
        "{\"s\":\"a \\u0041\\/ \\\" \\\\\" , \"t\" : \"\"}"
            + " | {\"s\":\"a \\u0041\\/ \\\" \\\\\",\"t\":\"\"}",
        "{\"ключ\": \"значение\"} | {\"ключ\":\"значение\"}",
        "[ true , null ] | [true,null]",
        "null | null",
        "17 | 17",
        "\"a b\" | \"a b\""
      })
  void argumentsReachTheGuestTokenForToken(final String sent, final String received) {
    node.answer(Topics.SUBMIT, read("true"));
    node.rpc(execute(",\"argsJson\":" + sent));
    assertThat(node.asked(Topics.SUBMIT))
        .singleElement()
        .extracting(submit -> submit.arguments().toUtf8())
        .isEqualTo(received);
  }

  @Test
  void absentArgumentsAreAnEmptyObject() {
    node.answer(Topics.SUBMIT, read("true"));
    node.rpc(execute(""));
    assertThat(node.asked(Topics.SUBMIT))
        .containsExactly(
            new Submit(CONTEXT, Optional.empty(), "get", Bytes.utf8("{}"), Optional.empty()));
  }

  @Test
  void theOrderOfTheFieldsDoesNotMatter() {
    node.answer(Topics.SUBMIT, read("true"));
    assertThat(
            node.rpc(
                "{\"params\":{\"argsJson\":{\"k\":1},\"extra\":[{}],\"method\":\"get\",\"contextId\":\""
                    + CONTEXT
                    + "\"},\"more\":{\"id\":5},\"method\":\"execute\",\"id\":1,\"jsonrpc\":\"2.0\"}"))
        .isEqualTo(result("true"));
  }

  @Test
  void theExecutorIsPassedOnAndSubstitutesAreIgnored() {
    node.answer(Topics.SUBMIT, written("true"));
    node.rpc(execute(",\"executorPublicKey\":\"" + MEMBER + "\",\"substitute\":[\"alias\"]"));
    node.rpc(execute(",\"executorPublicKey\":\"\""));
    node.rpc(request("mutate", ",\"executorPublicKey\":null"));
    assertThat(node.asked(Topics.SUBMIT))
        .extracting(Submit::executor)
        .containsExactly(Optional.of(MEMBER), Optional.empty(), Optional.empty());
  }

  @Test
  void anyContentTypeAndAnyAuthorizationIsTaken() {
    node.answer(Topics.SUBMIT, read("true"));
    final HttpResponse<String> response =
        node.send(
            node.request("/jsonrpc/")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", "Bearer ")
                .POST(BodyPublishers.ofString(execute(""))));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo(result("true"));
  }

  @Test
  void queryNeverSubmits() {
    node.answer(Topics.QUERY, read("1"));
    assertThat(node.rpc(request("query", ",\"argsJson\":{\"a\":1}"))).isEqualTo(result("1"));
    assertThat(node.asked(Topics.QUERY))
        .containsExactly(new Query(CONTEXT, Optional.empty(), "get", Bytes.utf8("{\"a\":1}")));
    node.answer(Topics.QUERY, new WouldWrite());
    assertThat(node.rpc(request("query", "")))
        .isEqualTo(
            error(
                "FunctionCallError",
                "\"method \\\"get\\\" writes or emits events, which a query must not:"
                    + " use execute or mutate\""));
  }

  @Test
  void executeAsksTheReadersOnceAMethodWasSeenReading() {
    node.answer(Topics.SUBMIT, read("1"));
    node.answer(Topics.QUERY, read("2"));
    assertThat(node.rpc(execute(""))).isEqualTo(result("1"));
    assertThat(node.rpc(execute(""))).isEqualTo(result("2"));
    assertThat(node.rpc(request("mutate", ""))).isEqualTo(result("1"));
    assertThat(node.asked(Topics.SUBMIT)).hasSize(2);
    assertThat(node.asked(Topics.QUERY)).hasSize(1);
  }

  @Test
  void executeGoesOnAsAWriteWhenAReaderWantsToWrite() {
    node.answer(Topics.SUBMIT, read("1"));
    node.answer(Topics.QUERY, new WouldWrite());
    node.rpc(execute(""));
    node.answer(Topics.SUBMIT, written("3"));
    assertThat(node.rpc(execute(""))).isEqualTo(result("3"));
    assertThat(node.rpc(execute(""))).isEqualTo(result("3"));
    assertThat(node.asked(Topics.QUERY)).hasSize(1);
    assertThat(node.asked(Topics.SUBMIT)).hasSize(3);
  }

  @Test
  void aReceiptIsGivenToThoseWhoAskForIt() {
    node.answer(Topics.SUBMIT, written("1"));
    assertThat(node.rpc(request("mutate", ",\"calimeroReceipt\":true")))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"output\":1,\"calimero_receipt\":{"
                + "\"position\":8,\"entryHash\":\""
                + ENTRY
                + "\",\"transactionHash\":\""
                + TRANSACTION
                + "\"}}}");
    node.answer(Topics.QUERY, read("1"));
    assertThat(node.rpc(request("query", ",\"calimeroReceipt\":true")))
        .isEqualTo(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"output\":1,\"calimero_receipt\":{"
                + "\"position\":7}}}");
    assertThat(node.rpc(request("mutate", ",\"calimeroReceipt\":false"))).isEqualTo(result("1"));
  }

  @Test
  void anExpectedPriorIsAlwaysForTheOneWhoOrders() {
    node.answer(Topics.SUBMIT, read("1"));
    node.rpc(execute(""));
    node.rpc(execute(",\"calimeroExpectedPrior\":\"" + ENTRY + "\""));
    assertThat(node.asked(Topics.SUBMIT))
        .extracting(Submit::expectedPrior)
        .containsExactly(Optional.empty(), Optional.of(ENTRY));
    assertThat(node.rpc(request("query", ",\"calimeroExpectedPrior\":\"" + ENTRY + "\"")))
        .isEqualTo(error("ParseError", "\"`calimeroExpectedPrior` has no meaning for a query\""));
  }

  @Test
  void aGuestsErrorIsTold() {
    node.answer(Topics.SUBMIT, new Failed(GuestError.methodNotFound("get"), List.of()));
    assertThat(node.rpc(execute("")))
        .isEqualTo(error("FunctionCallError", "\"method \\\"get\\\" not found\""));
    node.answer(
        Topics.SUBMIT,
        new Failed(GuestError.returned(Bytes.utf8("\"Key not found.\"")), List.of()));
    assertThat(node.rpc(execute("")))
        .isEqualTo(
            error(
                "FunctionCallError",
                "\"the method call returned an error: \\\"Key not found.\\\"\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or"
            + " token 'null', 'true' or 'false')",
        "'' | there is none",
        "{} {} | text after its end"
      })
  void aReturnValueThatIsNoJsonIsASerdeError(final String returned, final String why) {
    node.answer(Topics.SUBMIT, written(returned));
    assertThat(node.rpc(execute("")))
        .startsWith(
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"type\":\"SerdeError\",\"data\":{"
                + "\"message\":\"the method's return value is no JSON: invalid JSON")
        .endsWith(why + "\"}}}");
  }

  @Test
  void whatTheReferenceHasANameForIsToldInItsShape() {
    problem(Code.CONTEXT_NOT_FOUND, "gone");
    assertThat(node.rpc(execute("")))
        .isEqualTo(error("ContextNotFound", "{\"context_id\":\"" + CONTEXT + "\"}"));
    node.when(
        Topics.SUBMIT,
        _ ->
            Future.failedFuture(
                Problem.of(Code.APPLICATION_NOT_INSTALLED, "not installed", APPLICATION.id().hash())
                    .toException()));
    assertThat(node.rpc(execute("")))
        .isEqualTo(
            error("ApplicationNotInstalled", "{\"application_id\":\"" + APPLICATION.id() + "\"}"));
    problem(Code.UNAUTHORIZED, "no");
    assertThat(node.rpc(execute(",\"executorPublicKey\":\"" + STRANGER + "\"")))
        .isEqualTo(
            error(
                "Unauthorized",
                "{\"context_id\":\"" + CONTEXT + "\",\"public_key\":\"" + STRANGER + "\"}"));
    assertThat(node.rpc(execute("")))
        .isEqualTo(
            error("Unauthorized", "{\"context_id\":\"" + CONTEXT + "\",\"public_key\":null}"));
    problem(Code.INTERNAL, "a secret of the node");
    assertThat(node.rpc(execute(""))).isEqualTo(error("InternalError", "{}"));
    problem(Code.INVALID_REQUEST, "so not");
    assertThat(node.rpc(execute(""))).isEqualTo(error("ParseError", "\"so not\""));
  }

  @ParameterizedTest
  @CsvSource({
    "BUSY,Busy",
    "STORAGE_FULL,StorageFull",
    "LOG_FAILED,LogFailed",
    "CONTEXT_DAMAGED,ContextDamaged",
    "TIMEOUT,Timeout",
    "PRIOR_MISMATCH,PriorMismatch",
    "NOT_READY,NotReady",
    "BLOB_UNAVAILABLE,BlobUnavailable",
    "INVALID_MODULE,InvalidModule"
  })
  void whatTheReferenceHasNoNameForIsATypeOfItsOwn(final Code code, final String type) {
    problem(code, "say \"why\"");
    assertThat(node.rpc(request("mutate", ""))).isEqualTo(error(type, "\"say \\\"why\\\"\""));
  }

  @ParameterizedTest
  @CsvSource({"LOG_FAILED,LogFailed", "CONTEXT_DAMAGED,ContextDamaged"})
  void whatTakesNoWritesCanStillBeReadByExecute(final Code code, final String type) {
    problem(code, "no more");
    node.answer(Topics.QUERY, new Failed(GuestError.methodNotFound("get"), List.of()));
    assertThat(node.rpc(execute("")))
        .isEqualTo(error("FunctionCallError", "\"method \\\"get\\\" not found\""));
    node.answer(Topics.QUERY, new WouldWrite());
    assertThat(node.rpc(execute(""))).isEqualTo(error(type, "\"no more\""));
  }

  @Test
  void aNodeThatIsNotUpYetIsNotReady() {
    assertThat(node.rpc(execute("")))
        .isEqualTo(error("NotReady", "\"the node is starting or stopping\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"method\":\"execute\" | \"method\":\"set_ephemeral\""
            + " | unknown method `set_ephemeral`, expected `execute`, `query`, `mutate` or"
            + " `sync_status`",
        "\"method\":\"execute\" | \"method\":7 | `method` must be a string",
        "\"method\":\"execute\", | '' | missing field `method`",
        "\"method\":\"get\" | \"method\":\"get-it\""
            + " | the method's name may have letters a to z, digits and `_` only",
        "\"method\":\"get\" | \"method\":\"\""
            + " | the method's name must have 1 to 256 characters",
        ",\"method\":\"get\" | '' | missing field `method` of `params`",
        "\"contextId\":\" | \"contextId\":\"0 | invalid `contextId`: invalid base58",
        "\"contextId\":\" | \"contextId\":\"111111 | invalid `contextId`: base58 text is too long",
        "\"contextId\" | \"context_id\" | missing field `contextId`",
        "\"params\":{ | \"params\":[],\"other\":{ | `params` must be an object",
        "\"params\" | \"parameters\" | missing field `params`",
        "\"method\":\"get\" | \"method\":\"get\",\"calimeroReceipt\":1"
            + " | `calimeroReceipt` must be true or false",
        "\"method\":\"get\" | \"method\":\"get\",\"executorPublicKey\":\"me\""
            + " | invalid `executorPublicKey`: invalid hash length"
      })
  void whatIsNotUnderstoodIsAParseError(
      final String part, final String replacement, final String why) {
    assertThat(node.rpc(execute("").replace(part, replacement)))
        .isEqualTo(error("ParseError", "\"" + why + "\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"init", "__calimero_migrate"})
  void whatTheNodeItselfCallsIsRefused(final String method) {
    assertThat(node.rpc(execute("").replace("\"get\"", "\"" + method + "\"")))
        .isEqualTo(
            error(
                "FunctionCallError",
                "\"method \\\"" + method + "\\\" is not to be called from outside\""));
  }

  @Test
  void argumentsBeyondTheLimitAreAParseError() {
    node.answer(Topics.SUBMIT, read("true"));
    final int limit = 10 * 1024 * 1024;
    assertThat(node.rpc(execute(",\"argsJson\":\"" + "a".repeat(limit - 2) + "\"")))
        .isEqualTo(result("true"));
    assertThat(node.rpc(execute(",\"argsJson\":\"" + "a".repeat(limit - 1) + "\"")))
        .isEqualTo(error("ParseError", "\"`argsJson` is larger than 10485760 bytes\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | 400 | invalid JSON: there is none",
        "no | 400 | invalid JSON at line 1, column 3: Unrecognized token 'no': was expecting (JSON"
            + " String, Number, Array, Object or token 'null', 'true' or 'false')",
        "{\"a\":1,\"a\":2} | 400 | invalid JSON at line 1, column 11: Duplicate field 'a'",
        "{\"jsonrpc\":\"2.0\"} {} | 400 | invalid JSON at line 1, column 19: text after its end",
        "[] | 422 | a request must be one JSON object; there are no batches",
        "{\"id\":1,\"method\":\"execute\"} | 422 | `jsonrpc` must be \"2.0\"",
        "{\"jsonrpc\":\"1.0\",\"id\":1} | 422 | `jsonrpc` must be \"2.0\"",
        "{\"jsonrpc\":\"2.0\",\"id\":[1]} | 422 | `id` must be a string, a number or null"
      })
  void whatIsNoRequestAtAllGetsAStatusAndPlainText(
      final String body, final int status, final String text) {
    final HttpResponse<String> response = node.post("/jsonrpc", body);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
    assertThat(response.body()).isEqualTo(text);
  }

  @Test
  void otherMethodsAreNotAllowed() {
    final HttpResponse<String> response = node.get("/jsonrpc");
    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("allow")).contains("OPTIONS, POST");
    assertThat(response.body()).isEqualTo("{\"error\":\"/jsonrpc takes OPTIONS, POST, not GET\"}");
  }

  private void problem(final Code code, final String message) {
    node.fail(Topics.SUBMIT, code, message);
  }
}
