// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.MalformedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) that others have written: strictly UTF-8, no key twice in an object, no
 * deeper than serde_json goes, which is what guests read it with.
 */
final class Json {
  /** How deep arrays and objects may be nested. */
  static final int MAX_DEPTH = 128;

  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          // Nothing is converted to a number, and the size of the whole is bounded before.
          .maxNumberLength(Integer.MAX_VALUE)
          .maxStringLength(Integer.MAX_VALUE)
          .maxNameLength(Integer.MAX_VALUE)
          .build();
  private static final JsonFactory REQUESTS = factory(true);
  private static final JsonFactory RETURNED = factory(false);

  private Json() {}

  private static JsonFactory factory(final boolean refuseDuplicates) {
    return JsonFactory.builder()
        .streamReadConstraints(CONSTRAINTS)
        .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, refuseDuplicates)
        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();
  }

  /** What is done with a parser. */
  interface Reader<T> {
    /** Reads. The parser stands before the first token. */
    T read(JsonParser parser) throws IOException;
  }

  /**
   * Reads one JSON text of a request, to its end.
   *
   * @throws MalformedException saying what is wrong and where
   */
  static <T> T read(final byte[] json, final Reader<T> reader) {
    return read(REQUESTS, json, reader);
  }

  /**
   * Checks that what a guest returned is one JSON text.
   *
   * @throws MalformedException saying what is wrong and where
   */
  static void checkReturned(final byte[] json) {
    read(RETURNED, json, parser -> slice(json, begin(parser)));
  }

  /** Moves the parser to the first token, which there must be. */
  static JsonParser begin(final JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      throw new MalformedException("invalid JSON: there is none");
    }
    return parser;
  }

  private static <T> T read(final JsonFactory factory, final byte[] json, final Reader<T> reader) {
    checkEncoding(json);
    try (JsonParser parser = factory.createParser(json)) {
      final T result = reader.read(parser);
      if (parser.nextToken() != null) {
        throw new MalformedException(
            "invalid JSON" + at(parser.currentTokenLocation()) + ": text after its end");
      }
      return result;
    } catch (final JsonProcessingException e) {
      throw new MalformedException(
          "invalid JSON" + at(e.getLocation()) + ": " + e.getOriginalMessage());
    } catch (final IOException e) {
      throw new UncheckedIOException(e); // bytes in memory are always there
    } catch (final IllegalStateException e) {
      // Jackson's answer to keys chosen so that their hashes collide
      throw new MalformedException("invalid JSON: " + e.getMessage());
    }
  }

  /** Where a value is within the bytes that were read. */
  static final class Slice {
    private final byte[] json;
    private final int from;
    private final int to;

    Slice(final byte[] json, final int from, final int to) {
      this.json = json;
      this.from = from;
      this.to = to;
    }

    /** The value as it was written. */
    Bytes verbatim() {
      return Bytes.wrap(Arrays.copyOfRange(json, from, to));
    }

    int length() {
      return to - from;
    }

    /** The same tokens without the white space between them. */
    Bytes compact() {
      int space = from;
      boolean inString = false;
      while (space < to && (inString || !isSpace(json[space]))) {
        if (json[space] == '"') {
          inString = !inString;
        } else if (json[space] == '\\') {
          space++;
        }
        space++;
      }
      return space >= to ? verbatim() : Bytes.wrap(squeeze(space));
    }

    private byte[] squeeze(final int firstSpace) {
      final byte[] compact = new byte[to - from];
      int length = firstSpace - from;
      System.arraycopy(json, from, compact, 0, length);
      boolean inString = false;
      for (int i = firstSpace; i < to; i++) {
        if (!inString && isSpace(json[i])) {
          continue;
        }
        compact[length++] = json[i];
        if (json[i] == '"') {
          inString = !inString;
        } else if (json[i] == '\\') {
          compact[length++] = json[++i];
        }
      }
      return Arrays.copyOf(compact, length);
    }

    private static boolean isSpace(final byte b) {
      return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
  }

  /** The value at whose first token the parser stands; after it, at its last. */
  static Slice slice(final byte[] json, final JsonParser parser) throws IOException {
    final long from = parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    parser.finishToken();
    return new Slice(json, (int) from, (int) parser.currentLocation().getByteOffset());
  }

  private static String at(final @Nullable JsonLocation location) {
    return location == null
        ? ""
        : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  /** Refuses what Jackson would take for UTF-16, UTF-32 or sloppy UTF-8. */
  private static void checkEncoding(final byte[] json) {
    int all = 0;
    for (final byte b : json) {
      all |= b;
    }
    for (int i = 0; i < Math.min(4, json.length); i++) {
      if (json[i] == 0) {
        throw new MalformedException("invalid JSON: a zero byte at offset " + i);
      }
    }
    if (all >= 0) {
      return;
    }
    if (json.length >= 3 && json[0] == (byte) 0xef && json[1] == (byte) 0xbb) {
      throw new MalformedException("invalid JSON: it begins with a byte order mark");
    }
    final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    final ByteBuffer in = ByteBuffer.wrap(json);
    final CharBuffer out = CharBuffer.allocate(Math.min(json.length, 8192));
    while (true) {
      final var result = decoder.decode(in, out.clear(), true);
      if (result.isError()) {
        throw new MalformedException("invalid UTF-8 at offset " + in.position());
      }
      if (result.isUnderflow()) {
        return;
      }
    }
  }
}
