// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.JsonText;
import io.calimero.node.cli.internal.terminal.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** JSON arguments as people give them: in the line, in a file, or on the standard input. */
final class Arguments {
  // The node takes ten million bytes at most; what is larger need not be sent to be refused.
  private static final int MAXIMUM = 10_000_000;
  private static final String NONE = "{}";

  private Arguments() {}

  /**
   * The arguments as a JSON text, checked.
   *
   * @param what how a message calls them
   * @throws Failure if they cannot be read, are too long, or are no JSON
   */
  static String read(final String what, final Optional<String> given, final Workplace workplace) {
    if (given.isEmpty()) {
      return NONE;
    }
    final String text = text(what, given.get(), workplace);
    JsonText.check(what, text);
    return text;
  }

  private static String text(final String what, final String given, final Workplace workplace) {
    try {
      if ("-".equals(given)) {
        return decoded(what, workplace.console().in());
      }
      if (given.startsWith("@")) {
        final Path file = workplace.place().directory().resolve(given.substring(1));
        try (InputStream in = Files.newInputStream(file)) {
          return decoded(what, in);
        }
      }
      return given;
    } catch (final NoSuchFileException e) {
      throw Failure.usage(what + " cannot be read from '" + given + "': there is no such file")
          .because(e);
    } catch (final IOException | InvalidPathException e) {
      throw Failure.usage(what + " cannot be read from '" + given + "': " + e.getMessage())
          .because(e);
    }
  }

  private static String decoded(final String what, final InputStream in) throws IOException {
    final byte[] bytes = in.readNBytes(MAXIMUM + 1);
    if (bytes.length > MAXIMUM) {
      throw Failure.usage(what + " have more than " + MAXIMUM + " bytes");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (final CharacterCodingException e) {
      throw Failure.usage(what + " are not UTF-8 text").because(e);
    }
  }
}
