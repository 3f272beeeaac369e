// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.CatchupMessages.Sync;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.WouldWrite;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Writes the answers of {@code /jsonrpc}. An error is {@code {"type":…,"data":…}}, as the clients
 * know it and not as JSON-RPC 2.0 has it, and always has its {@code data}.
 */
final class RpcAnswers {
  private static final int ENVELOPE = 128;

  private RpcAnswers() {}

  /** The answer to a call that was run. */
  static Buffer of(final RpcRequest.Call call, final Answer answer) {
    return switch (answer) {
      case Written written -> result(call, written.outcome(), () -> receipt(written));
      case Read read -> result(call, read.outcome(), () -> receipt(read));
      case Failed failed -> error(call.id(), "FunctionCallError", describe(failed.error()));
      case WouldWrite _ ->
          error(
              call.id(),
              "FunctionCallError",
              "method \""
                  + call.method()
                  + "\" writes or emits events, which a query must not: use execute or mutate");
    };
  }

  /** The answer to a call that the node did not run, or whose end it did not see. */
  static Buffer of(final RpcRequest.Call call, final Problem problem) {
    return switch (problem.code()) {
      case CONTEXT_NOT_FOUND ->
          errorAbout(call, type(problem.code()), "context_id", Optional.of(call.context().hash()));
      case APPLICATION_NOT_INSTALLED ->
          errorAbout(call, type(problem.code()), "application_id", problem.subject());
      case UNAUTHORIZED -> unauthorized(call, problem);
      case PENDING -> pending(call, problem);
      case CONTEXT_EXISTS, APPLICATION_IN_USE, SOURCE_UNAVAILABLE, INIT_FAILED, INTERNAL ->
          begin(call.id(), type(problem.code())).raw("{}}}").toBuffer();
      case INVALID_REQUEST,
          PRIOR_MISMATCH,
          BUSY,
          STALE,
          DEADLINE,
          TIMEOUT,
          STORAGE_FULL,
          LOG_FAILED,
          CONTEXT_DAMAGED,
          CONTEXT_DIVERGED,
          HISTORY_FORKED,
          LOG_BEGINS_LATER,
          STATE_UNAVAILABLE,
          BLOB_UNAVAILABLE,
          INVALID_MODULE,
          NOT_READY,
          PEER_UNREACHABLE,
          STREAM_ENDED,
          NOT_COORDINATOR,
          NODE_UNAVAILABLE ->
          error(call.id(), type(problem.code()), problem.message());
    };
  }

  /** What a problem is called in an answer. */
  static String type(final Problem.Code code) {
    return switch (code) {
      case INVALID_REQUEST -> "ParseError";
      case CONTEXT_NOT_FOUND -> "ContextNotFound";
      case APPLICATION_NOT_INSTALLED -> "ApplicationNotInstalled";
      case UNAUTHORIZED -> "Unauthorized";
      case PRIOR_MISMATCH -> "PriorMismatch";
      case BUSY -> "Busy";
      case STALE -> "Stale";
      case DEADLINE -> "FunctionCallError";
      case TIMEOUT -> "Timeout";
      case STORAGE_FULL -> "StorageFull";
      case LOG_FAILED -> "LogFailed";
      case CONTEXT_DAMAGED -> "ContextDamaged";
      case CONTEXT_DIVERGED, HISTORY_FORKED -> "ContextDiverged";
      case LOG_BEGINS_LATER -> "LogBeginsLater";
      case STATE_UNAVAILABLE -> "StateUnavailable";
      case BLOB_UNAVAILABLE -> "BlobUnavailable";
      case INVALID_MODULE -> "InvalidModule";
      case NOT_READY -> "NotReady";
      case PENDING -> "Pending";
      case NOT_COORDINATOR -> "NotCoordinator";
      case NODE_UNAVAILABLE -> "NodeUnavailable";
      case PEER_UNREACHABLE, STREAM_ENDED -> "PeerUnreachable";
      case CONTEXT_EXISTS, APPLICATION_IN_USE, SOURCE_UNAVAILABLE, INIT_FAILED, INTERNAL ->
          "InternalError";
    };
  }

  /** How far a context is. */
  static Buffer of(final RpcRequest.SyncStatus request, final Sync sync) {
    final JsonText json =
        new JsonText().raw("{\"jsonrpc\":\"2.0\",\"id\":").raw(request.id()).raw(",\"result\":");
    SyncJson.write(json, sync);
    return json.raw("}").toBuffer();
  }

  /** Why that is not known. */
  static Buffer of(final RpcRequest.SyncStatus request, final Problem problem) {
    return switch (problem.code()) {
      case CONTEXT_NOT_FOUND ->
          begin(request.id(), "ContextNotFound")
              .raw("{\"context_id\":\"" + request.context() + "\"}}}")
              .toBuffer();
      case NOT_READY -> error(request.id(), "NotReady", problem.message());
      case BUSY -> error(request.id(), "Busy", problem.message());
      case TIMEOUT -> error(request.id(), "Timeout", problem.message());
      default -> begin(request.id(), "InternalError").raw("{}}}").toBuffer();
    };
  }

  /** An error whose data is a text. */
  static Buffer error(final Bytes id, final String type, final String data) {
    return begin(id, type).string(data).raw("}}").toBuffer();
  }

  private static Buffer result(
      final RpcRequest.Call call, final Outcome outcome, final Supplier<String> receipt) {
    final Bytes returned = outcome.returned().orElse(null);
    final JsonText json =
        new JsonText(ENVELOPE + call.id().length() + (returned == null ? 0 : returned.length()));
    json.raw("{\"jsonrpc\":\"2.0\",\"id\":").raw(call.id()).raw(",\"result\":{\"output\":");
    if (returned == null) {
      json.raw("null");
    } else {
      try {
        Json.checkReturned(returned.unsafeArray());
      } catch (final MalformedException e) {
        return begin(call.id(), "SerdeError")
            .raw("{\"message\":")
            .string("the method's return value is no JSON: " + e.getMessage())
            .raw("}}}")
            .toBuffer();
      }
      json.raw(returned);
    }
    if (call.receipt()) {
      json.raw(",\"calimero_receipt\":").raw(receipt.get());
    }
    return json.raw("}}").toBuffer();
  }

  private static String receipt(final Written written) {
    return "{\"position\":"
        + written.position()
        + ",\"entryHash\":\""
        + written.entryHash()
        + "\",\"transactionHash\":\""
        + written.transaction()
        + "\"}";
  }

  private static String receipt(final Read read) {
    return "{\"position\":" + read.position() + "}";
  }

  private static String describe(final GuestError error) {
    return error.data().map(data -> error.message() + ": " + data.toUtf8()).orElse(error.message());
  }

  private static Buffer unauthorized(final RpcRequest.Call call, final Problem problem) {
    final JsonText json =
        begin(call.id(), "Unauthorized")
            .raw("{\"context_id\":\"")
            .raw(call.context().toString())
            .raw("\",\"public_key\":");
    identifier(json, call.executor().map(PublicKey::hash).or(problem::subject));
    return json.raw("}}}").toBuffer();
  }

  private static Buffer pending(final RpcRequest.Call call, final Problem problem) {
    final JsonText json = begin(call.id(), "Pending").raw("{\"transaction_hash\":");
    identifier(json, problem.subject());
    return json.raw(",\"message\":").string(problem.message()).raw("}}}").toBuffer();
  }

  private static Buffer errorAbout(
      final RpcRequest.Call call,
      final String type,
      final String field,
      final Optional<Hash> subject) {
    final JsonText json = begin(call.id(), type).raw("{\"" + field + "\":");
    identifier(json, subject);
    return json.raw("}}}").toBuffer();
  }

  private static void identifier(final JsonText json, final Optional<Hash> identifier) {
    identifier.ifPresentOrElse(hash -> json.raw("\"" + hash + "\""), () -> json.raw("null"));
  }

  private static JsonText begin(final Bytes id, final String type) {
    return new JsonText()
        .raw("{\"jsonrpc\":\"2.0\",\"id\":")
        .raw(id)
        .raw(",\"error\":{\"type\":\"" + type + "\",\"data\":");
  }
}
