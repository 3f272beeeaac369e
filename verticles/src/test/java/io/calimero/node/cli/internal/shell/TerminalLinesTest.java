// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Iterator;
import java.util.List;
import org.jline.reader.Parser;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a person types at a terminal. */
@Timeout(60)
class TerminalLinesTest {
  @TempDir private Path directory;

  @Test
  void theTabulatorCompletesCommands() throws IOException {
    assertThat(type("rem\tnow\n")).isEqualTo("remember now");
  }

  @Test
  void whereAWordIsDueOptionsAreNotOffered() throws IOException {
    assertThat(type("remember \tnow\n")).isEqualTo("remember lastingly now");
    assertThat(type("remember --l\t\n")).isEqualTo("remember --loud ");
  }

  @Test
  void aValueCanSpanLines() throws IOException {
    assertThat(type("call {\"a\":\n1}\n")).isEqualTo("call {\"a\":\n1}");
  }

  @Test
  void exclamationMarksCallNothingBack() throws IOException {
    assertThat(type("call {\"a\":\"hi!!\"}\n")).isEqualTo("call {\"a\":\"hi!!\"}");
  }

  @Test
  void whatWasTypedIsRememberedForItsOwnerOnly() throws IOException {
    type("remember me\n");

    final Path history = directory.resolve("own").resolve("history");
    assertThat(Files.readString(history)).isEqualTo("remember me\n");
    assertThat(Files.getPosixFilePermissions(history))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }

  @Test
  void theEndOfTheInputIsTheEnd() throws IOException {
    try (TerminalLines lines = lines("")) {
      assertThat(lines.next()).isEmpty();
    }
  }

  @Test
  void theWordAtTheCursorIsFound() {
    final TerminalLines.WordParser parser = new TerminalLines.WordParser();
    final String line = "app  ls 'x y'";

    assertThat(parser.parse(line, 2, Parser.ParseContext.COMPLETE).word()).isEqualTo("app");
    assertThat(parser.parse(line, 4, Parser.ParseContext.COMPLETE).word()).isEmpty();
    assertThat(parser.parse(line, 4, Parser.ParseContext.COMPLETE).wordIndex()).isEqualTo(1);
    assertThat(parser.parse(line, 6, Parser.ParseContext.COMPLETE).wordCursor()).isEqualTo(1);
    assertThat(parser.parse(line + " ", 14, Parser.ParseContext.COMPLETE).wordIndex()).isEqualTo(3);
  }

  private String type(final String keys) throws IOException {
    try (TerminalLines lines = lines(keys)) {
      return lines.next().orElseThrow();
    }
  }

  private TerminalLines lines(final String keys) throws IOException {
    final DumbTerminal terminal =
        new DumbTerminal(
            "test",
            "ansi",
            new ByteArrayInputStream(keys.getBytes(StandardCharsets.UTF_8)),
            new ByteArrayOutputStream(),
            StandardCharsets.UTF_8);
    return new TerminalLines(
        terminal,
        new CommandLine(new Root()).getCommandSpec(),
        directory.resolve("own").resolve("history"));
  }

  @Command(name = "root", subcommands = Root.Remember.class)
  private static final class Root {
    @Command(name = "remember")
    private static final class Remember {
      @Option(names = "--loud")
      private boolean loud;

      @Parameters(completionCandidates = Ways.class)
      private String way = "";

      @Override
      public String toString() {
        return way + loud;
      }
    }
  }

  private static final class Ways implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("lastingly").iterator();
    }
  }
}
