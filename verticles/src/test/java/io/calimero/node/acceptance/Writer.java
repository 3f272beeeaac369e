// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/**
 * A client that writes into one context of the kv-store, one write after the other and every one of
 * them unlike any other, and keeps account of what it was told. It outlives the nodes it writes to.
 */
final class Writer {
  private static final int KEYS = 5;

  private final String name;
  private final String context;
  private final Map<String, String> acknowledged = new HashMap<>();
  private final List<JsonObject> receipts = new ArrayList<>();
  private Optional<Map.Entry<String, String>> open = Optional.empty();
  private Optional<Throwable> trouble = Optional.empty();
  private int written;

  Writer(final String name, final String context) {
    this.name = name;
    this.context = context;
  }

  /** Writes in a thread of its own until the node is gone or about to be. */
  Thread start(final NodeClient client, final Semaphore acknowledgements) {
    return Thread.ofVirtual().start(() -> write(client, acknowledgements));
  }

  private void write(final NodeClient client, final Semaphore acknowledgements) {
    while (trouble.isEmpty()) {
      written++;
      final String key = name + "-" + written % KEYS;
      final String value = name + "#" + written;
      open = Optional.of(Map.entry(key, value));
      final JsonObject answer;
      try {
        answer =
            client.call(
                "execute", context, "set", new JsonObject().put("key", key).put("value", value));
      } catch (final CompletionException e) {
        // The node is gone. Whether it wrote this is for the next one to say.
        return;
      } catch (final AssertionError e) {
        trouble = Optional.of(e);
        return;
      }
      if (!answer.containsKey("result")) {
        trouble = Optional.of(new AssertionError("refused: " + answer));
        return;
      }
      open = Optional.empty();
      acknowledged.put(key, value);
      receipts.add(answer.getJsonObject("result").getJsonObject("calimero_receipt"));
      acknowledgements.release();
    }
  }

  String context() {
    return context;
  }

  /** Whatever it did not expect. */
  Optional<Throwable> trouble() {
    return trouble;
  }

  /** Where the log has what was acknowledged since the last settlement. */
  List<JsonObject> receipts() {
    return List.copyOf(receipts);
  }

  /**
   * Compares what it was told with what is there, and goes on from that.
   *
   * @param entries what the context has
   * @return what is wrong
   */
  List<String> settle(final JsonObject entries) {
    final List<String> wrong = new ArrayList<>();
    open.filter(write -> write.getValue().equals(entries.getString(write.getKey())))
        .ifPresent(write -> acknowledged.put(write.getKey(), write.getValue()));
    open = Optional.empty();
    acknowledged.forEach(
        (key, value) -> {
          if (!value.equals(entries.getString(key))) {
            wrong.add(key + " is " + entries.getString(key) + ", acknowledged was " + value);
          }
        });
    receipts.clear();
    return wrong;
  }
}
