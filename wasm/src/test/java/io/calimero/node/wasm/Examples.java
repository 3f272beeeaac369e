// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/applications.md shows, and the commands that it says are to be typed. */
final class Examples {
  static final Path ROOT = Path.of(System.getProperty("root.dir", "..")).toAbsolutePath();

  private static final Pattern BLOCK = Pattern.compile("^```(\\w+)\n(.*?)^```$", flags());

  /** For compilers that begin by reading their own libraries, on any machine. */
  private static final long PATIENCE_MINUTES = 5;

  private final String title;
  private final String section;

  private Examples(final String title, final String section) {
    this.title = title;
    this.section = section;
  }

  private static int flags() {
    return Pattern.MULTILINE | Pattern.DOTALL;
  }

  /** What stands under a heading of the second level. */
  static Examples of(final String title) throws IOException {
    final String page = Files.readString(ROOT.resolve("docs/applications.md"));
    final String heading = "\n## " + title + "\n";
    final int start = page.indexOf(heading);
    if (start < 0) {
      throw new AssertionError("docs/applications.md has no section " + title);
    }
    final int end = page.indexOf("\n## ", start + heading.length());
    return new Examples(title, page.substring(start, end < 0 ? page.length() : end));
  }

  /** The first block in a language. */
  String block(final String language) {
    final Matcher blocks = BLOCK.matcher(section);
    while (blocks.find()) {
      if (blocks.group(1).equals(language)) {
        return blocks.group(2);
      }
    }
    throw new AssertionError("the section " + title + " shows no " + language);
  }

  /** The first command, as it is to be typed. */
  String command() {
    return block("console").substring("$ ".length());
  }

  /**
   * How a command ended.
   *
   * @param code its exit code
   * @param output what it wrote
   */
  record Ended(int code, String output) {}

  /** Whether a command can be run and ends well. */
  static boolean works(final Path directory, final String command) throws IOException {
    return run(directory, command).code == 0;
  }

  /** Runs what a user would type, in a directory, without reaching out for what is missing. */
  static Ended run(final Path directory, final String command) throws IOException {
    final Path output = Files.createTempFile(directory, "said", ".txt");
    final ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    shell.environment().putAll(Map.of("CARGO_NET_OFFLINE", "true", "npm_config_offline", "true"));
    shell.environment().remove("CARGO_TARGET_DIR");
    final Process process = shell.start();
    try {
      if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        throw new AssertionError(command + " does not end:\n" + Files.readString(output));
      }
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(output));
  }
}
