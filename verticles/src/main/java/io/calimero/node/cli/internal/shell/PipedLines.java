// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.shell;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines that a script sends: no prompt, no editing. A value that spans lines is put together. */
public final class PipedLines implements Lines {
  private final BufferedReader reader;

  /** The lines of the stream, which is not closed. */
  public PipedLines(final InputStream in) {
    reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  @Override
  public Optional<String> next() {
    try {
      String line = reader.readLine();
      if (line == null) {
        return Optional.empty();
      }
      final StringBuilder whole = new StringBuilder(line);
      while (Words.split(whole.toString()).open()) {
        line = reader.readLine();
        if (line == null) {
          break;
        }
        whole.append('\n').append(line);
      }
      return Optional.of(whole.toString());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    // The stream is the process's own.
  }
}
