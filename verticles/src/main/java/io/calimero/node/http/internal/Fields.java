// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.MalformedException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
  private final Map<String, List<List<String>>> rows = new HashMap<>();

  private static final int MAX_ROWS = 256;

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
    return parse(body, textFields, byteFields, Set.of(), Set.of());
  }

  /**
   * The same, with more kinds of fields.
   *
   * @param scalarFields the fields that are numbers, true or false
   * @param rowFields the fields that are arrays of strings, of arrays of strings, or of objects
   *     with an {@code identity}
   */
  static Fields parse(
      final byte[] body,
      final Set<String> textFields,
      final Set<String> byteFields,
      final Set<String> scalarFields,
      final Set<String> rowFields) {
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
            } else if (scalarFields.contains(name)) {
              fields.texts.put(name, readScalar(name, json, value));
            } else if (rowFields.contains(name)) {
              fields.rows.put(name, readRows(name, json, value));
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

  /** A number; the default if absent. */
  long number(final String name, final long absent) {
    final @Nullable String text = texts.get(name);
    try {
      return text == null ? absent : Long.parseLong(text);
    } catch (final NumberFormatException e) {
      throw new MalformedException("`" + name + "` must be a whole number");
    }
  }

  /** A number that may be absent. */
  Optional<Long> optionalNumber(final String name) {
    return texts.containsKey(name) ? Optional.of(number(name, 0)) : Optional.empty();
  }

  /** Whether it is true; false if absent. */
  boolean flag(final String name) {
    return "true".equals(texts.get(name));
  }

  /** The elements of an array, each as its strings; none if absent. */
  List<List<String>> rows(final String name) {
    return rows.getOrDefault(name, List.of());
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

  private static String readScalar(final String name, final JsonParser json, final JsonToken value)
      throws IOException {
    if (!value.isScalarValue() || value == JsonToken.VALUE_STRING) {
      throw new MalformedException("`" + name + "` must be a number, true or false");
    }
    return json.getText();
  }

  private static List<List<String>> readRows(
      final String name, final JsonParser json, final JsonToken value) throws IOException {
    if (value != JsonToken.START_ARRAY) {
      throw new MalformedException("`" + name + "` must be an array");
    }
    final List<List<String>> rows = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (rows.size() == MAX_ROWS) {
        throw new MalformedException("`" + name + "` may have " + MAX_ROWS + " elements");
      }
      rows.add(readRow(name, json));
    }
    return rows;
  }

  private static List<String> readRow(final String name, final JsonParser json) throws IOException {
    final List<String> row = new ArrayList<>();
    switch (json.currentToken()) {
      case VALUE_STRING -> row.add(json.getText());
      case START_ARRAY -> {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          row.add(readText(name, json, json.currentToken()));
        }
      }
      case START_OBJECT -> {
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
          final JsonToken token = json.nextToken();
          if (key.equals("identity")) {
            row.add(readText(name, json, token));
          } else {
            json.skipChildren();
          }
        }
      }
      default -> throw new MalformedException("`" + name + "` has an element of a wrong type");
    }
    return row;
  }
}
