// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.http.internal.RpcRequest.Kind;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON-RPC request in one pass. The arguments and the id are cut out of the body and never
 * converted, so that not a digit of them changes.
 */
final class RpcParser {
  /** The bytes of the arguments, as compact JSON; the reference's limit. */
  static final int MAX_ARGUMENTS = 10 * 1024 * 1024;

  private static final int MAX_METHOD = 256;
  private static final int MAX_ID = 1024;
  private static final String PARSE_ERROR = "ParseError";
  private static final String CALL_ERROR = "FunctionCallError";
  private static final Bytes NULL = Bytes.utf8("null");
  private static final Bytes NO_ARGUMENTS = Bytes.utf8("{}");

  private final byte[] body;
  private boolean isVersion2;
  private Bytes id = NULL;
  private @Nullable String idProblem;
  private @Nullable String kind;
  private @Nullable String problem;
  private boolean hasParams;
  private @Nullable String contextId;
  private @Nullable String method;
  private @Nullable String executor;
  private @Nullable String expectedPrior;
  private Bytes arguments = NO_ARGUMENTS;
  private boolean receipt;

  private RpcParser(final byte[] body) {
    this.body = body;
  }

  /** What the bytes of a body mean. Never throws. */
  static RpcRequest parse(final byte[] body) {
    return parse(body, false);
  }

  /** The same for a message of a WebSocket, which need not say {@code "jsonrpc":"2.0"}. */
  static RpcRequest parseMessage(final byte[] message) {
    return parse(message, true);
  }

  private static RpcRequest parse(final byte[] body, final boolean isVersion2) {
    final RpcParser parser = new RpcParser(body);
    parser.isVersion2 = isVersion2;
    try {
      final boolean isObject = Json.read(body, parser::readEnvelope);
      return isObject
          ? parser.request()
          : new RpcRequest.Alien(422, "a request must be one JSON object; there are no batches");
    } catch (final MalformedException e) {
      return new RpcRequest.Alien(400, String.valueOf(e.getMessage()));
    }
  }

  private boolean readEnvelope(final JsonParser json) throws IOException {
    if (Json.begin(json).currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return false;
    }
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      final JsonToken value = json.nextToken();
      switch (name) {
        case "jsonrpc" ->
            isVersion2 =
                isVersion2 || (value == JsonToken.VALUE_STRING && "2.0".equals(json.getText()));
        case "id" -> readId(json, value);
        case "method" -> kind = text(name, json, value);
        case "params" -> readParams(json, value);
        default -> json.skipChildren();
      }
    }
    return true;
  }

  private void readId(final JsonParser json, final JsonToken value) throws IOException {
    final Json.Slice slice = Json.slice(body, json);
    if (value != JsonToken.VALUE_STRING && !value.isNumeric() && value != JsonToken.VALUE_NULL) {
      idProblem = "`id` must be a string, a number or null";
    } else if (slice.length() > MAX_ID) {
      idProblem = "`id` is longer than " + MAX_ID + " bytes";
    } else {
      id = slice.verbatim();
    }
  }

  private void readParams(final JsonParser json, final JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      fault("`params` must be an object");
      return;
    }
    hasParams = true;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      final JsonToken token = json.nextToken();
      switch (name) {
        case "contextId" -> contextId = text(name, json, token);
        case "method" -> method = text(name, json, token);
        case "executorPublicKey" -> executor = optionalText(name, json, token);
        case "calimeroExpectedPrior" -> expectedPrior = optionalText(name, json, token);
        case "calimeroReceipt" -> readReceipt(json, token);
        case "argsJson" -> readArguments(json);
        default -> json.skipChildren();
      }
    }
  }

  private void readReceipt(final JsonParser json, final JsonToken value) throws IOException {
    json.skipChildren();
    if (!value.isBoolean() && value != JsonToken.VALUE_NULL) {
      fault("`calimeroReceipt` must be true or false");
    }
    receipt = value == JsonToken.VALUE_TRUE;
  }

  private void readArguments(final JsonParser json) throws IOException {
    final Json.Slice slice = Json.slice(body, json);
    arguments = slice.compact();
    if (arguments.length() > MAX_ARGUMENTS) {
      fault("`argsJson` is larger than " + MAX_ARGUMENTS + " bytes");
      arguments = NO_ARGUMENTS;
    }
  }

  private @Nullable String text(final String name, final JsonParser json, final JsonToken value)
      throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      return json.getText();
    }
    json.skipChildren();
    fault("`" + name + "` must be a string");
    return null;
  }

  private @Nullable String optionalText(
      final String name, final JsonParser json, final JsonToken value) throws IOException {
    return value == JsonToken.VALUE_NULL ? null : text(name, json, value);
  }

  /** Remembers the first thing that is wrong with a request whose id may be still to come. */
  private void fault(final String what) {
    if (problem == null) {
      problem = what;
    }
  }

  private RpcRequest request() {
    if (!isVersion2) {
      return new RpcRequest.Alien(422, "`jsonrpc` must be \"2.0\"");
    }
    if (idProblem != null) {
      return new RpcRequest.Alien(422, idProblem);
    }
    if (problem != null) {
      return unusable(problem);
    }
    if (kind == null) {
      return unusable("missing field `method`");
    }
    return switch (kind) {
      case "execute" -> call(Kind.EXECUTE);
      case "query" -> call(Kind.QUERY);
      case "mutate" -> call(Kind.MUTATE);
      case "sync_status" -> syncStatus();
      default ->
          unusable(
              "unknown method `"
                  + shortened(kind)
                  + "`, expected `execute`, `query`, `mutate` or `sync_status`");
    };
  }

  private RpcRequest call(final Kind wanted) {
    if (!hasParams) {
      return unusable("missing field `params`");
    }
    if (contextId == null) {
      return unusable("missing field `contextId`");
    }
    if (method == null) {
      return unusable("missing field `method` of `params`");
    }
    final String name = method;
    final String fault = methodFault(name);
    if (fault != null) {
      return unusable(fault);
    }
    if (isReserved(name)) {
      return new RpcRequest.Unusable(
          id, CALL_ERROR, "method \"" + name + "\" is not to be called from outside");
    }
    try {
      return new RpcRequest.Call(
          id,
          wanted,
          identifier("contextId", contextId, ContextId::parse),
          name,
          arguments,
          optional(executor, "executorPublicKey", PublicKey::parse),
          expectedPrior(wanted),
          receipt);
    } catch (final MalformedException e) {
      return unusable(String.valueOf(e.getMessage()));
    }
  }

  private RpcRequest syncStatus() {
    if (contextId == null) {
      return unusable("missing field `contextId`");
    }
    try {
      return new RpcRequest.SyncStatus(id, identifier("contextId", contextId, ContextId::parse));
    } catch (final MalformedException e) {
      return unusable(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Hash> expectedPrior(final Kind wanted) {
    if (expectedPrior != null && wanted == Kind.QUERY) {
      throw new MalformedException("`calimeroExpectedPrior` has no meaning for a query");
    }
    return optional(expectedPrior, "calimeroExpectedPrior", Hash::parse);
  }

  private static @Nullable String methodFault(final String name) {
    if (name.isEmpty() || name.length() > MAX_METHOD) {
      return "the method's name must have 1 to " + MAX_METHOD + " characters";
    }
    for (int i = 0; i < name.length(); i++) {
      final char c = name.charAt(i);
      final boolean allowed =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
      if (!allowed) {
        return "the method's name may have letters a to z, digits and `_` only";
      }
    }
    return null;
  }

  /** What the node itself calls, and what the SDK keeps for itself. */
  private static boolean isReserved(final String name) {
    return "init".equals(name) || "migrate".equals(name) || name.startsWith("__calimero");
  }

  /** An identifier that a client may leave out; some clients send an empty string instead. */
  private static <T> Optional<T> optional(
      final @Nullable String text, final String field, final Function<String, T> parser) {
    return text == null || text.isEmpty()
        ? Optional.empty()
        : Optional.of(identifier(field, text, parser));
  }

  private static <T> T identifier(
      final String field, final String text, final Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (final MalformedException e) {
      throw new MalformedException("invalid `" + field + "`: " + e.getMessage());
    }
  }

  private RpcRequest unusable(final String reason) {
    return new RpcRequest.Unusable(id, PARSE_ERROR, reason);
  }

  private static String shortened(final String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "…";
  }
}
