// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.LongFunction;

/** The calls of the load: of the kv-store sample, on {@value #KEYS} keys in each context. */
final class Calls {
  /** How many keys there are in a context. */
  static final int KEYS = 1_000;

  private static final int VALUE = 32;

  private Calls() {}

  /** Writes, going through contexts and keys. All but the first of each key replace a value. */
  static LongFunction<Buffer> set(final List<String> contexts) {
    return number -> {
      final String context = contexts.get((int) (number % contexts.size()));
      final long key = number / contexts.size() % KEYS;
      return Api.body(
          context, "set", new JsonObject().put("key", key(key)).put("value", value(number)));
    };
  }

  /**
   * Writes to one context, going through the keys.
   *
   * @param from the number of the first; its values are others than those of another first
   */
  static LongFunction<Buffer> set(final String context, final long from) {
    final LongFunction<Buffer> calls = set(List.of(context));
    return number -> calls.apply(from + number);
  }

  /** Reads, going through contexts and keys. */
  static LongFunction<Buffer> get(final List<String> contexts) {
    return number ->
        Api.body(
            contexts.get((int) (number % contexts.size())),
            "get",
            new JsonObject().put("key", key(number / contexts.size() % KEYS)));
  }

  static String key(final long number) {
    return "key-" + number;
  }

  /** A text of {@value #VALUE} letters that is another one for another number. */
  static String value(final long number) {
    final String text = "value-" + number + "-";
    return text + "x".repeat(Math.max(0, VALUE - text.length()));
  }
}
