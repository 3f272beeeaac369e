// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Writes what clients on {@code /ws} and {@code /sse} are answered. */
final class PushAnswers {
  private static final Bytes NULL = Bytes.utf8("null");
  private static final int VERSION = "{\"jsonrpc\":\"2.0\",".length();

  private PushAnswers() {}

  /** The answer to a subscription by message; if nothing was subscribed, why. */
  static Buffer subscribed(final PushRequest.Subscription wish, final Subscriptions.Result result) {
    if (result.cursors().isEmpty() && !result.refused().isEmpty()) {
      return error(wish.id(), result.refused().values().iterator().next());
    }
    final JsonText json = begin(wish.id()).raw("\"result\":{\"contextIds\":");
    contexts(json, result.cursors().keySet());
    groups(json, ",\"groupIds\":", wish);
    return extensions(json, result).raw("}}").toBuffer();
  }

  static Buffer unsubscribed(final PushRequest.Subscription wish) {
    final JsonText json = begin(wish.id()).raw("\"result\":{\"contextIds\":");
    contexts(json, wish.contexts());
    groups(json, ",\"groupIds\":", wish);
    return json.raw("}}").toBuffer();
  }

  /** The answer to a subscription by {@code /sse/subscription}. */
  static Buffer sseSubscribed(
      final PushRequest.Subscription wish, final Subscriptions.Result result) {
    final JsonText json =
        new JsonText().raw("{\"result\":{\"status\":\"subscribed\",\"contexts\":");
    contexts(json, result.cursors().keySet());
    groups(json, ",\"groups\":", wish);
    return extensions(json, result).raw("}}").toBuffer();
  }

  static Buffer sseUnsubscribed(
      final PushRequest.Subscription wish, final List<ContextId> unsubscribed) {
    final JsonText json =
        new JsonText().raw("{\"result\":{\"status\":\"unsubscribed\",\"unsubscribed\":");
    contexts(json, unsubscribed);
    json.raw(",\"requested\":");
    contexts(json, wish.contexts());
    return json.raw("}}").toBuffer();
  }

  /** What a client is told when a subscription has ended by itself. */
  static Buffer failed(final ContextId context, final Problem problem) {
    return problem(
            begin(NULL).raw("\"error\":"), problem, ",\"calimero_context\":\"" + context + "\"")
        .raw("}")
        .toBuffer();
  }

  static Buffer error(final Bytes id, final Problem problem) {
    return problem(begin(id).raw("\"error\":"), problem, "").raw("}").toBuffer();
  }

  static Buffer error(final Bytes id, final String type, final String data) {
    return begin(id)
        .raw("\"error\":{\"type\":\"" + type + "\",\"data\":")
        .string(data)
        .raw("}}")
        .toBuffer();
  }

  /** A JSON-RPC answer as a message: without its version. */
  static Buffer message(final Buffer answer) {
    return Buffer.buffer(answer.length())
        .appendString("{")
        .appendBuffer(answer.slice(VERSION, answer.length()));
  }

  private static JsonText begin(final Bytes id) {
    return new JsonText().raw("{\"id\":").raw(id).raw(",");
  }

  private static void contexts(final JsonText json, final Collection<ContextId> contexts) {
    json.array(contexts, (out, context) -> out.raw("\"" + context + "\""));
  }

  private static void groups(
      final JsonText json, final String field, final PushRequest.Subscription wish) {
    final Bytes groups = wish.groups();
    if (groups != null) {
      json.raw(field).raw(groups);
    }
  }

  private static JsonText extensions(final JsonText json, final Subscriptions.Result result) {
    json.raw(",\"calimero_from\":{");
    String comma = "";
    for (final var each : result.cursors().entrySet()) {
      json.raw(comma + "\"" + each.getKey() + "\":").number(each.getValue().next());
      comma = ",";
    }
    json.raw("}");
    if (!result.refused().isEmpty()) {
      json.raw(",\"calimero_refused\":")
          .array(result.refused().entrySet(), (out, each) -> refused(out, each));
    }
    return json;
  }

  private static void refused(final JsonText json, final Map.Entry<ContextId, Problem> refused) {
    problem(json, refused.getValue(), ",\"contextId\":\"" + refused.getKey() + "\"");
  }

  private static JsonText problem(final JsonText json, final Problem problem, final String more) {
    final String type =
        switch (problem.code()) {
          case INVALID_REQUEST -> "ParseError";
          case CONTEXT_NOT_FOUND -> "ContextNotFound";
          case CONTEXT_DAMAGED -> "ContextDamaged";
          case LOG_FAILED -> "LogFailed";
          case BUSY -> "Busy";
          case NOT_READY -> "NotReady";
          case NODE_UNAVAILABLE -> "NodeUnavailable";
          case TIMEOUT -> "Timeout";
          default -> "InternalError";
        };
    json.raw("{\"type\":\"" + type + "\",\"data\":");
    if ("InternalError".equals(type)) {
      json.raw("{}");
    } else {
      json.string(problem.message());
    }
    return json.raw(more).raw("}");
  }
}
