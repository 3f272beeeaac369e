// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.calimero.node.events.Bytes;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.function.BiConsumer;

/**
 * Compact JSON (RFC 8259) in the order in which it is written, as UTF-8. Parts that are JSON
 * already go in as they are.
 */
final class JsonText {
  private static final byte[] DIGITS = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9'};

  private final Buffer buffer;

  JsonText() {
    this(256);
  }

  JsonText(final int sizeHint) {
    this.buffer = Buffer.buffer(sizeHint);
  }

  /** JSON as it is. */
  JsonText raw(final String json) {
    buffer.appendString(json);
    return this;
  }

  /** JSON as it is, already encoded. */
  JsonText raw(final Bytes json) {
    buffer.appendBytes(json.unsafeArray());
    return this;
  }

  JsonText number(final long value) {
    buffer.appendString(Long.toString(value));
    return this;
  }

  /** A string, quoted and escaped. Half a surrogate pair becomes a question mark. */
  JsonText string(final String value) {
    final StringBuilder quoted = new StringBuilder(value.length() + 16).append('"');
    JsonStringEncoder.getInstance().quoteAsString(value, quoted);
    buffer.appendString(quoted.append('"').toString());
    return this;
  }

  /** An array of the bytes as numbers from 0 to 255, which is how the protocol shows bytes. */
  JsonText numbers(final byte[] bytes) {
    buffer.appendByte((byte) '[');
    for (int i = 0; i < bytes.length; i++) {
      if (i > 0) {
        buffer.appendByte((byte) ',');
      }
      final int value = bytes[i] & 0xff;
      if (value >= 100) {
        buffer.appendByte(DIGITS[value / 100]);
      }
      if (value >= 10) {
        buffer.appendByte(DIGITS[value / 10 % 10]);
      }
      buffer.appendByte(DIGITS[value % 10]);
    }
    buffer.appendByte((byte) ']');
    return this;
  }

  /** An array of what each value is written as. */
  <T> JsonText array(final Collection<T> values, final BiConsumer<JsonText, T> writer) {
    buffer.appendByte((byte) '[');
    boolean first = true;
    for (final T value : values) {
      if (!first) {
        buffer.appendByte((byte) ',');
      }
      first = false;
      writer.accept(this, value);
    }
    buffer.appendByte((byte) ']');
    return this;
  }

  /** Names the nodes of the cluster whose part is not in a list, if there are any. */
  JsonText missing(final Collection<String> nodes) {
    return nodes.isEmpty() ? this : raw(",\"calimero_missing\":").array(nodes, JsonText::string);
  }

  Buffer toBuffer() {
    return buffer;
  }
}
