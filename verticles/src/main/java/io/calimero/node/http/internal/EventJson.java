// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.http.internal.feed.PushedEvent;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as clients know them. The last one is kept, since whoever else is subscribed gets
 * the same bytes.
 */
final class EventJson {
  /** Which generation of clients an event is written for. */
  enum Shape {
    /** One {@code StateMutation} with the new root and the application's events. */
    TOGETHER,
    /** A {@code StateMutation} with the new root, and then an {@code ExecutionEvent}: 2025. */
    APART
  }

  private @Nullable PushedEvent last;
  private List<Buffer> lastTogether = List.of();

  /** One JSON object, or two, without line breaks. Not to be changed. */
  List<Buffer> of(final PushedEvent event, final Shape shape) {
    if (shape == Shape.APART) {
      return List.of(
          end(root(begin(event, "StateMutation"), event).raw("}"), event),
          end(
              begin(event, "ExecutionEvent")
                  .raw("\"events\":")
                  .array(
                      event.events(),
                      (json, each) ->
                          json.raw("{\"kind\":")
                              .string(each.kind())
                              .raw(",\"data\":")
                              .numbers(each.data().unsafeArray())
                              .raw("}"))
                  .raw("}"),
              event));
    }
    final PushedEvent known = last;
    if (known == null
        || known.position() != event.position()
        || !known.context().equals(event.context())
        || !known.entryHash().equals(event.entryHash())
        || known.stateRoot().isPresent() != event.stateRoot().isPresent()) {
      last = event;
      lastTogether = List.of(together(event));
    }
    return lastTogether;
  }

  private static Buffer together(final PushedEvent event) {
    final JsonText json =
        root(begin(event, "StateMutation"), event)
            .raw(",\"events\":")
            .array(
                event.events(),
                (out, each) -> {
                  out.raw("{\"kind\":").string(each.kind());
                  out.raw(",\"data\":").numbers(each.data().unsafeArray()).raw(",\"handler\":");
                  each.handler().ifPresentOrElse(out::string, () -> out.raw("null"));
                  out.raw("}");
                })
            .raw("}");
    return end(json, event);
  }

  private static JsonText begin(final PushedEvent event, final String type) {
    return new JsonText()
        .raw("{\"contextId\":\"" + event.context() + "\",\"type\":\"" + type + "\",\"data\":{");
  }

  private static JsonText root(final JsonText json, final PushedEvent event) {
    return json.raw("\"newRoot\":")
        .raw(event.stateRoot().map(root -> "\"" + root + "\"").orElse("null"));
  }

  private static Buffer end(final JsonText json, final PushedEvent event) {
    return json.raw(",\"calimero_receipt\":{\"position\":")
        .number(event.position())
        .raw(",\"entryHash\":\"" + event.entryHash())
        .raw("\",\"transactionHash\":\"" + event.transaction())
        .raw("\"},\"calimero_call\":{\"executor\":\"" + event.executor() + "\",\"method\":")
        .string(event.method())
        .raw("}}")
        .toBuffer();
  }
}
