// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request of the admin API that the node knows. Others are ignored; {@code null}
 * counts as absent.
 */
final class Fields {
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Bytes> byteArrays = new HashMap<>();

  private Fields() {}

  /**
   * Reads a JSON object.
   *
   * @param body the bytes of the object
   * @param textFields the fields that are strings
   * @param byteFields the fields that are arrays of numbers from 0 to 255
   * @throws MalformedException saying what is wrong and where
   */
  static Fields parse(
      final byte[] body, final Set<String> textFields, final Set<String> byteFields) {
    final Fields fields = new Fields();
    Json.read(
        body,
        json -> {
          if (Json.begin(json).currentToken() != JsonToken.START_OBJECT) {
            throw new MalformedException("the body must be a JSON object");
          }
          for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            final JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_NULL) {
              continue;
            }
            if (textFields.contains(name)) {
              fields.texts.put(name, readText(name, json, value));
            } else if (byteFields.contains(name)) {
              fields.byteArrays.put(name, readBytes(name, json, value));
            } else {
              json.skipChildren();
            }
          }
          return fields;
        });
    return fields;
  }

  /** A string that must be there. */
  String text(final String name) {
    final @Nullable String text = texts.get(name);
    if (text == null) {
      throw new MalformedException("missing field `" + name + "`");
    }
    return text;
  }

  /** A string that may be absent. */
  Optional<String> optionalText(final String name) {
    return Optional.ofNullable(texts.get(name));
  }

  /** Bytes; none if absent. */
  Bytes bytes(final String name) {
    return byteArrays.getOrDefault(name, Bytes.EMPTY);
  }

  private static String readText(final String name, final JsonParser json, final JsonToken value)
      throws IOException {
    if (value != JsonToken.VALUE_STRING) {
      throw new MalformedException("`" + name + "` must be a string");
    }
    return json.getText();
  }

  private static Bytes readBytes(final String name, final JsonParser json, final JsonToken value)
      throws IOException {
    if (value != JsonToken.START_ARRAY) {
      throw new MalformedException("`" + name + "` must be an array of bytes");
    }
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      final int number =
          json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= 3
              ? json.getIntValue()
              : -1;
      if (number < 0 || number > 255) {
        throw new MalformedException("`" + name + "` must have numbers from 0 to 255 only");
      }
      bytes.write(number);
    }
    return Bytes.wrap(bytes.toByteArray());
  }
}
