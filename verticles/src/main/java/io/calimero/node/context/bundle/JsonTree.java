// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.calimero.node.events.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A JSON text as values, and back in the one form that RFC 8785 gives it. */
sealed interface JsonTree {
  /** An object; its names in the order of their UTF-16 units. */
  record Fields(SortedMap<String, JsonTree> fields) implements JsonTree {
    Optional<JsonTree> get(final String name) {
      return Optional.ofNullable(fields.get(name));
    }

    Optional<String> text(final String name) {
      return get(name).filter(Text.class::isInstance).map(text -> ((Text) text).value());
    }

    Optional<Fields> object(final String name) {
      return get(name).filter(Fields.class::isInstance).map(Fields.class::cast);
    }
  }

  /** An array. */
  record Items(List<JsonTree> items) implements JsonTree {}

  /** A string. */
  record Text(String value) implements JsonTree {}

  /** Whatever is written as a word: numbers, truth values, null. */
  record Word(String word) implements JsonTree {}

  /** Reads a text. */
  static JsonTree parse(final Bytes json) throws BundleException {
    final JsonFactory factory =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(64).build())
            .build();
    try (JsonParser in = factory.createParser(json.unsafeArray())) {
      final JsonTree tree = read(in, in.nextToken());
      if (in.nextToken() != null) {
        throw new BundleException("has a manifest that goes on behind its end");
      }
      return tree;
    } catch (final IOException e) {
      throw new BundleException("has a manifest that is no JSON: " + firstLine(e));
    }
  }

  private static String firstLine(final IOException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static JsonTree read(final JsonParser in, final JsonToken token)
      throws IOException, BundleException {
    if (token == null) {
      throw new BundleException("has an empty manifest");
    }
    return switch (token) {
      case START_OBJECT -> {
        final SortedMap<String, JsonTree> fields = new TreeMap<>();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          final String name = in.currentName();
          fields.put(name, read(in, in.nextToken()));
        }
        yield new Fields(fields);
      }
      case START_ARRAY -> {
        final List<JsonTree> items = new ArrayList<>();
        for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
          items.add(read(in, next));
        }
        yield new Items(items);
      }
      case VALUE_STRING -> new Text(in.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL ->
          new Word(in.getText());
      default -> throw new BundleException("has a manifest that is no JSON");
    };
  }

  /**
   * The text in its one form. Numbers that are not whole or beyond 2^53 have a form too, but no
   * manifest has use for them, and they are refused.
   */
  default void write(final StringBuilder out) throws BundleException {
    switch (this) {
      case Fields object -> {
        String before = "{";
        for (final Map.Entry<String, JsonTree> field : object.fields().entrySet()) {
          out.append(before);
          quote(field.getKey(), out);
          out.append(':');
          field.getValue().write(out);
          before = ",";
        }
        out.append(object.fields().isEmpty() ? "{}" : "}");
      }
      case Items array -> {
        String before = "[";
        for (final JsonTree item : array.items()) {
          out.append(before);
          item.write(out);
          before = ",";
        }
        out.append(array.items().isEmpty() ? "[]" : "]");
      }
      case Text text -> quote(text.value(), out);
      case Word word -> {
        if (!word.word().matches("true|false|null|0|-?[1-9][0-9]{0,14}")) {
          throw new BundleException(
              "is signed over the number " + word.word() + ", which is not whole and small");
        }
        out.append(word.word());
      }
    }
  }

  private static void quote(final String text, final StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < ' ') {
            out.append("\\u00").append(Character.forDigit(c >> 4, 16));
            out.append(Character.forDigit(c & 15, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
