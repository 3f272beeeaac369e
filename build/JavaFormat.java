// SPDX-License-Identifier: Apache-2.0

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs google-java-format over the Java sources, on the JDK that compiles them.
 *
 * <p>A formatter can only parse the syntax that its own JVM knows, and Maven may run on an older
 * JDK than the sources need; this is why it is a program of its own (docs/decisions/0003).
 */
void main(final String[] args) throws IOException {
  final boolean write = args.length > 0 && args[0].equals("write");
  final Formatter formatter = new Formatter();
  int wrong = 0;
  for (final Path file : javaFiles()) {
    final String before = Files.readString(file);
    final String after;
    try {
      after =
          formatter.formatSource(
              ImportOrderer.reorderImports(
                  RemoveUnusedImports.removeUnusedImports(before), Style.GOOGLE));
    } catch (final FormatterException e) {
      IO.println(file + ": " + e.getMessage());
      wrong++;
      continue;
    }
    if (!after.equals(before)) {
      if (write) {
        Files.writeString(file, after);
      } else {
        IO.println(file + ": not in google-java-format");
        wrong++;
      }
    }
  }
  if (wrong > 0) {
    IO.println(wrong + " file(s) to mend: mvn -B -N verify -Djava.format.mode=write");
    System.exit(1);
  }
}

List<Path> javaFiles() throws IOException {
  final List<Path> files = new ArrayList<>();
  try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of(""), Files::isDirectory)) {
    for (final Path folder : folders) {
      final Path sources = folder.endsWith("build") ? folder : folder.resolve("src");
      if (Files.isDirectory(sources)) {
        try (Stream<Path> found = Files.walk(sources)) {
          found.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
        }
      }
    }
  }
  return files;
}
