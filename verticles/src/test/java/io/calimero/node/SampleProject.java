// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The sample project in docs/samples, compiled against this build. */
public final class SampleProject {
  static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("root.dir")));
  static final Path SAMPLE = ROOT.resolve("docs/samples/key-watcher");

  private SampleProject() {}

  static List<Path> sources() {
    try (Stream<Path> files = Files.walk(SAMPLE.resolve("src"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compiles the sources of the sample into a directory. */
  public static void compile(final Path classes) {
    final JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    final StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      final boolean compiled =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-d",
                      classes.toString(),
                      "-cp",
                      System.getProperty("java.class.path")),
                  null,
                  files.getJavaFileObjectsFromPaths(sources()))
              .call();
      if (!compiled) {
        throw new AssertionError("the sample does not compile:\n" + messages);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
