// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.shell;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import picocli.CommandLine.Model.CommandSpec;
import picocli.shell.jline3.PicocliJLineCompleter;

/** Lines that a person types: edited, completed with the tabulator, remembered. */
public final class TerminalLines implements Lines {
  private static final String PROMPT = "calimero> ";
  private static final String CONTINUED = "        > ";

  private final Terminal terminal;
  private final LineReader reader;

  /**
   * The lines of a terminal, which is closed with them.
   *
   * @param terminal the terminal
   * @param words what completion offers
   * @param history the file that remembers the lines; made for its owner only, since arguments may
   *     be nobody else's business
   * @throws IOException if it cannot be made
   */
  public TerminalLines(final Terminal terminal, final CommandSpec words, final Path history)
      throws IOException {
    this.terminal = terminal;
    prepare(history);
    final PicocliJLineCompleter completer = new PicocliJLineCompleter(words);
    reader =
        LineReaderBuilder.builder()
            .appName("calimero")
            .terminal(terminal)
            .parser(new WordParser())
            .completer(
                (lineReader, line, candidates) -> {
                  completer.complete(lineReader, line, candidates);
                  preferWords(line.word(), candidates);
                  candidates.sort(null);
                })
            .variable(LineReader.HISTORY_FILE, history)
            .variable(LineReader.SECONDARY_PROMPT_PATTERN, CONTINUED)
            .option(LineReader.Option.HISTORY_TIMESTAMPED, false)
            .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
            // Exclamation marks stand in JSON: they do not call lines back.
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
            .build();
  }

  // Where a word is due, options are offered to those who begin one.
  private static void preferWords(final String begun, final List<Candidate> candidates) {
    final boolean words = candidates.stream().anyMatch(candidate -> !isOption(candidate));
    if (begun.isEmpty() && words) {
      candidates.removeIf(TerminalLines::isOption);
    }
  }

  private static boolean isOption(final Candidate candidate) {
    return candidate.value().startsWith("-");
  }

  private static void prepare(final Path history) throws IOException {
    if (Files.exists(history)) {
      return;
    }
    Files.createDirectories(history.toAbsolutePath().getParent());
    final boolean posix =
        Files.getFileStore(history.toAbsolutePath().getParent())
            .supportsFileAttributeView(PosixFileAttributeView.class);
    if (posix) {
      Files.createFile(
          history,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(history);
    }
  }

  @Override
  public Optional<String> next() {
    while (true) {
      try {
        return Optional.of(reader.readLine(PROMPT));
      } catch (final UserInterruptException e) {
        // Control-C throws the line away, as in every shell: the next one is read.
      } catch (final EndOfFileException e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Splits lines for the reader as {@link Words} does. */
  static final class WordParser implements Parser {
    @Override
    public ParsedLine parse(final String line, final int cursor, final ParseContext context) {
      final Words words = Words.split(line);
      if (words.open() && context == ParseContext.ACCEPT_LINE) {
        throw new EOFError(-1, cursor, "a bracket or a quotation mark is still open");
      }
      return Parsed.of(line, cursor, words);
    }
  }

  /**
   * A line with the word at the cursor; between two words that is an empty one.
   *
   * @param line the line
   * @param cursor where the cursor is in it
   * @param words the words
   * @param wordIndex which word it is in
   * @param rawWordCursor where it is within that word, as it stands in the line
   * @param rawWordLength how long that word is in the line
   */
  record Parsed(
      String line,
      int cursor,
      List<String> words,
      int wordIndex,
      int rawWordCursor,
      int rawWordLength)
      implements CompletingParsedLine {
    static Parsed of(final String line, final int cursor, final Words split) {
      for (int i = 0; i < split.words().size(); i++) {
        final int start = split.starts().get(i);
        if (cursor < start) {
          return between(line, cursor, split.words(), i);
        }
        if (cursor <= split.ends().get(i)) {
          final int length = split.ends().get(i) - start;
          return new Parsed(line, cursor, split.words(), i, cursor - start, length);
        }
      }
      return between(line, cursor, split.words(), split.words().size());
    }

    private static Parsed between(
        final String line, final int cursor, final List<String> words, final int index) {
      final List<String> more = new ArrayList<>(words);
      more.add(index, "");
      return new Parsed(line, cursor, more, index, 0, 0);
    }

    @Override
    public String word() {
      return words.get(wordIndex);
    }

    @Override
    public int wordCursor() {
      return Math.min(rawWordCursor, word().length());
    }

    // Commands, options and identifiers, which are all that is offered, need no quotation marks.
    @Override
    public CharSequence escape(final CharSequence candidate, final boolean complete) {
      return candidate;
    }
  }
}
