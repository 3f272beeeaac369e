// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.http;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The errors of JSON-RPC, of the shape {@code {"type", "data"}}, as messages for people. */
public final class RpcError {
  private static final String RETURNED = "the method call returned an error: [";

  private RpcError() {}

  public static Failure failure(final Object error) {
    if (!(error instanceof final JsonObject object)) {
      return refused("the node refused: " + Text.oneLine(String.valueOf(error)));
    }
    final String type = Fields.text(object, "type");
    final Object data = object.getValue("data");
    return switch (type) {
      case "ContextNotFound" ->
          refused("the node has no such context").hint("`context ls` lists those it has.");
      case "Unauthorized" ->
          refused("the node has no key of a member of this context that it may sign with")
              .hint("`context get ID` shows its members, and which of them are this node's.");
      case "Uninitialized" -> refused("the context has no state yet: it has never been caught up");
      case "ApplicationNotInstalled" -> refused("the context's application is not installed");
      case "FunctionCallError" -> refused("the call failed: " + guestMessage(data));
      case "Pending" ->
          refused("the call waits for the context's coordinator: " + text(data))
              .hint(
                  "It is kept on the node's disk. `context transaction CONTEXT HASH` tells what"
                      + " becomes of it; calling again would do it twice.");
      case "ParseError" -> refused("the node does not understand the request: " + text(data));
      case "" -> refused("the node refused: an error without a type" + detail(data));
      default -> refused("the node refused: " + Text.oneLine(type) + detail(data));
    };
  }

  private static Failure refused(final String message) {
    return Failure.of(ExitCode.REFUSED, message);
  }

  // What a guest returned as its error comes as a list of byte numbers: mostly JSON text.
  private static String guestMessage(final Object data) {
    final String text = text(data);
    if (!text.startsWith(RETURNED) || !text.endsWith("]")) {
      return text;
    }
    return bytes(text.substring(RETURNED.length(), text.length() - 1))
        .map(bytes -> "the method returned the error " + decoded(bytes))
        .orElse(text);
  }

  private static String decoded(final byte[] bytes) {
    return Text.clean(new String(bytes, StandardCharsets.UTF_8));
  }

  private static Optional<byte[]> bytes(final String numbers) {
    final String[] parts = numbers.isBlank() ? new String[0] : numbers.split(",", -1);
    final byte[] bytes = new byte[parts.length];
    try {
      for (int i = 0; i < parts.length; i++) {
        bytes[i] = (byte) Integer.parseInt(parts[i].strip());
      }
      return Optional.of(bytes);
    } catch (final NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static String text(final Object data) {
    return switch (data) {
      case final String text -> Text.clean(text);
      case final JsonObject object when object.getValue("message") instanceof final String text ->
          Text.clean(text);
      case final JsonObject object -> Text.clean(object.encode());
      case final JsonArray array -> Text.clean(array.encode());
      case null, default -> "no reason given";
    };
  }

  private static String detail(final Object data) {
    final boolean nothing = data instanceof final JsonObject object && object.isEmpty();
    return data == null || nothing ? "" : " (" + text(data) + ")";
  }
}
