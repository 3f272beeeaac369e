// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.codec.MalformedException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code
 * {"id":…,"method":"subscribe"|"unsubscribe","params":{"contextIds":[…],"groupIds":[…],
 * "calimeroFrom":…}}}. Other methods are left to {@link RpcParser}.
 */
final class PushParser {
  private static final Set<String> CALLS = Set.of("execute", "query", "mutate");
  private static final int MAX_ID = 1024;
  private static final int MAX_NAMED = 4096;
  private static final int GROUP_LENGTH = 64;
  private static final String PARSE_ERROR = "ParseError";
  private static final Bytes NULL = Bytes.utf8("null");

  private final byte[] message;
  private Bytes id = NULL;
  private String method = "";
  private boolean hasParams;
  private final Set<ContextId> contexts = new LinkedHashSet<>();
  private @Nullable Bytes groups;
  private @Nullable Long fromAll;
  private final Map<ContextId, Long> from = new LinkedHashMap<>();
  private @Nullable String problem;

  private PushParser(final byte[] message) {
    this.message = message;
  }

  /** What a message means. Never throws. */
  static PushRequest parse(final byte[] message) {
    final PushParser parser = new PushParser(message);
    try {
      final boolean isObject = Json.read(message, parser::readEnvelope);
      return isObject
          ? parser.request()
          : new PushRequest.Unusable(NULL, PARSE_ERROR, "a message must be one JSON object");
    } catch (final MalformedException e) {
      return new PushRequest.Unusable(NULL, PARSE_ERROR, String.valueOf(e.getMessage()));
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
        case "id" -> readId(json, value);
        case "method" -> method = value == JsonToken.VALUE_STRING ? json.getText() : skip(json);
        case "params" -> readParams(json, value);
        default -> json.skipChildren();
      }
    }
    return true;
  }

  private void readId(final JsonParser json, final JsonToken value) throws IOException {
    final Json.Slice slice = Json.slice(message, json);
    if (value != JsonToken.VALUE_STRING && !value.isNumeric() && value != JsonToken.VALUE_NULL) {
      fault("`id` must be a string, a number or null");
    } else if (slice.length() > MAX_ID) {
      fault("`id` is longer than " + MAX_ID + " bytes");
    } else {
      id = slice.verbatim();
    }
  }

  private void readParams(final JsonParser json, final JsonToken value) throws IOException {
    if (value != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    hasParams = true;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      final JsonToken token = json.nextToken();
      switch (name) {
        case "contextIds" -> readContexts(json, token);
        case "groupIds" -> readGroups(json, token);
        case "calimeroFrom" -> readFrom(json, token);
        default -> json.skipChildren();
      }
    }
  }

  private void readContexts(final JsonParser json, final JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    if (value != JsonToken.START_ARRAY) {
      json.skipChildren();
      fault("`contextIds` must be an array");
      return;
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        json.skipChildren();
        fault("`contextIds` must have strings only");
      } else if (contexts.size() >= MAX_NAMED) {
        fault("`contextIds` has more than " + MAX_NAMED + " contexts");
      } else {
        context(json.getText(), "contextIds", contexts::add);
      }
    }
  }

  /** Groups are checked and kept as they were written. */
  private void readGroups(final JsonParser json, final JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    if (value != JsonToken.START_ARRAY) {
      json.skipChildren();
      fault("`groupIds` must be an array");
      return;
    }
    final StringBuilder written = new StringBuilder("[");
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      final boolean valid =
          json.currentToken() == JsonToken.VALUE_STRING && isGroup(json.getText());
      if (valid && count < MAX_NAMED) {
        written.append(count++ > 0 ? "," : "").append('"').append(json.getText()).append('"');
      } else {
        json.skipChildren();
        fault("`groupIds` must have at most " + MAX_NAMED + " groups, each in hexadecimal");
      }
    }
    groups = Bytes.utf8(written.append(']').toString());
  }

  private static boolean isGroup(final String text) {
    return text.length() == GROUP_LENGTH
        && text.chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0);
  }

  /** A position for all contexts, or one for each. */
  private void readFrom(final JsonParser json, final JsonToken value) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return;
    }
    if (value != JsonToken.START_OBJECT) {
      fromAll = position(json, value);
      return;
    }
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      final long position = position(json, json.nextToken());
      if (from.size() < MAX_NAMED) {
        context(name, "calimeroFrom", context -> from.put(context, position));
      }
    }
  }

  private long position(final JsonParser json, final JsonToken value) throws IOException {
    final boolean isPosition =
        value == JsonToken.VALUE_NUMBER_INT
            && json.getTextLength() <= 18
            && json.getLongValue() >= 1;
    if (!isPosition) {
      json.skipChildren();
      fault("`calimeroFrom` must be a position, from 1 on, or an object of them by context");
      return 1;
    }
    return json.getLongValue();
  }

  private void context(final String text, final String field, final Consumer<ContextId> taker) {
    try {
      taker.accept(ContextId.parse(text));
    } catch (final MalformedException e) {
      fault("invalid `" + field + "`: " + e.getMessage());
    }
  }

  private static String skip(final JsonParser json) throws IOException {
    json.skipChildren();
    return "";
  }

  private void fault(final String what) {
    if (problem == null) {
      problem = what;
    }
  }

  private PushRequest request() {
    final boolean subscribe = "subscribe".equals(method);
    if (!subscribe && !"unsubscribe".equals(method)) {
      return call();
    }
    if (problem != null) {
      return new PushRequest.Unusable(id, PARSE_ERROR, problem);
    }
    if (!hasParams) {
      return new PushRequest.Unusable(id, PARSE_ERROR, "missing field `params`");
    }
    final Long all = fromAll;
    if (all != null) {
      contexts.forEach(context -> from.putIfAbsent(context, all));
    }
    return new PushRequest.Subscription(
        id, subscribe, List.copyOf(contexts), groups, Map.copyOf(from));
  }

  private PushRequest call() {
    if (!CALLS.contains(method)) {
      return new PushRequest.Unusable(
          id,
          PARSE_ERROR,
          "unknown method, expected `subscribe`, `unsubscribe`, `execute`, `query` or `mutate`");
    }
    return switch (RpcParser.parseMessage(message)) {
      case RpcRequest.Alien alien -> new PushRequest.Unusable(NULL, PARSE_ERROR, alien.reason());
      case RpcRequest.Unusable unusable ->
          new PushRequest.Unusable(unusable.id(), unusable.type(), unusable.reason());
      case RpcRequest.Call call -> new PushRequest.Rpc(call);
      case RpcRequest.SyncStatus status ->
          new PushRequest.Unusable(
              status.id(), PARSE_ERROR, "`sync_status` is asked over /jsonrpc");
    };
  }
}
