// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The applications that docs/applications.md teaches with are what it says: taken out of it as they
 * stand, built by the very commands that it names, and called.
 */
class DocumentedApplicationsTest extends EngineFixture {
  private static final Path RUSTC = Path.of("/usr/bin/rustc");

  /** Where {@code npm install assemblyscript} was run, if the compiler is not for all to use. */
  private static final Optional<Path> ASSEMBLYSCRIPT =
      Optional.ofNullable(System.getProperty("assemblyscript"))
          .map(folder -> Path.of(folder).toAbsolutePath());

  @Test
  void theExampleInCIsBuiltAndCounts(@TempDir final Path directory) throws Exception {
    Assumptions.assumeTrue(
        Examples.works(directory, "clang --version && wasm-ld --version"),
        "no `clang` or no `wasm-ld` on the PATH: the example in C is not built");
    final Examples examples = Examples.of("C");
    Files.writeString(directory.resolve("counter.c"), examples.block("c"));
    build(directory, examples.command());
    assertThatItCounts(directory, directory.resolve("counter.wasm"));
  }

  @Test
  @Tag("nightly")
  void theExampleInRustIsBuiltAndCounts(@TempDir final Path directory) throws Exception {
    Assumptions.assumeTrue(
        canBuildRust(directory),
        "no Rust for wasm32 of the distribution: the example in Rust is not built");
    final Examples examples = Examples.of("Rust");
    copy(Examples.ROOT.resolve("apps/sdk"), directory.resolve("sdk"));
    final Path crate = directory.resolve("counter");
    Files.createDirectories(crate.resolve("src"));
    Files.writeString(crate.resolve("Cargo.toml"), examples.block("toml"));
    Files.writeString(crate.resolve("src/lib.rs"), examples.block("rust"));
    build(crate, examples.command());
    assertThatItCounts(
        directory, crate.resolve("target/wasm32-unknown-unknown/release/counter.wasm"));
  }

  @Test
  @Tag("nightly")
  void theExampleInAssemblyScriptIsBuiltAndCounts(@TempDir final Path directory) throws Exception {
    final Path packages = directory.resolve("node_modules");
    if (ASSEMBLYSCRIPT.isPresent()) {
      Files.createSymbolicLink(packages, ASSEMBLYSCRIPT.get().resolve("node_modules"));
    }
    try {
      Assumptions.assumeTrue(
          Examples.works(directory, "npx --no-install asc --version"),
          "no AssemblyScript compiler: the example is not built; -Dassemblyscript=FOLDER names"
              + " where `npm install assemblyscript` was run");
      final Examples examples = Examples.of("AssemblyScript");
      Files.writeString(directory.resolve("counter.ts"), examples.block("ts"));
      build(directory, examples.command());
    } finally {
      Files.deleteIfExists(packages);
    }
    assertThatItCounts(directory, directory.resolve("counter.wasm"));
  }

  private static boolean canBuildRust(final Path directory) throws IOException {
    if (!Files.isExecutable(RUSTC) || !Examples.works(directory, "wasm-ld --version")) {
      return false;
    }
    final Examples.Ended libraries =
        Examples.run(
            directory, RUSTC + " --print target-libdir --target wasm32-unknown-unknown 2>&1");
    return libraries.code() == 0
        && Files.isDirectory(Path.of(libraries.output().strip()))
        && Examples.works(directory, "/usr/bin/cargo --version");
  }

  private static void copy(final Path from, final Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (final Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void build(final Path directory, final String command) throws IOException {
    final Examples.Ended ended = Examples.run(directory, command);
    assertThat(ended.code()).as("%s%n%s", command, ended.output()).isZero();
    // The C compiler is asked for its warnings, and the others warn without being asked.
    assertThat(ended.output()).as(command).doesNotContainIgnoringCase("warning");
  }

  private void assertThatItCounts(final Path directory, final Path file) throws Exception {
    final Bytes bytes = Bytes.wrap(Files.readAllBytes(file));
    assertThat(ModuleReport.of(bytes).imports())
        .isNotEmpty()
        .allMatch(ModuleReport.Import::offered);
    final WasmModule module = engine().load(bytes);
    assertThat(module.methods()).contains("init", "increment", "get");
    final MapState state = new MapState();
    assertThat(run(module, state, "init").isReadOnly()).isFalse();
    assertThat(message(call(module, state, "init")))
        .startsWith("guest panicked: Cannot initialize over already existing state.");
    for (int count = 1; count <= 2; count++) {
      final Outcome incremented = run(module, state, "increment");
      assertThat(incremented.events())
          .extracting(ApplicationEvent::kind)
          .containsExactly("Incremented");
      assertThat(incremented.events().getFirst().data().toUtf8()).contains("" + count);
      final Outcome got = run(module, state, "get");
      assertThat(got.returned()).contains(Bytes.utf8("" + count));
      assertThat(got.isReadOnly()).isTrue();
    }
    assertThatItCanBeTriedWithoutANode(directory, bytes);
  }

  private static Outcome run(final WasmModule module, final MapState state, final String method) {
    final Outcome outcome = completed(call(module, state, method));
    state.apply(outcome.writes());
    return outcome;
  }

  private static CallResult call(
      final WasmModule module, final MapState state, final String method) {
    return module.call(Guests.call(method, Bytes.utf8("{}")), state);
  }

  private static void assertThatItCanBeTriedWithoutANode(final Path directory, final Bytes module)
      throws IOException {
    Assumptions.assumeTrue(
        Examples.works(directory, "node --version"),
        "no `node` on the PATH: the example counts, but is not tried without a node");
    final Path place = directory.resolve("tried");
    Files.createDirectories(place.resolve("apps"));
    Files.write(place.resolve("counter.wasm"), module.toByteArray());
    for (final String name : new String[] {"check.mjs", "host.mjs"}) {
      Files.copy(Examples.ROOT.resolve("apps/" + name), place.resolve("apps/" + name));
    }
    final Examples.Ended ended =
        Examples.run(place, Examples.of("Try it without a node").command());
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("get  → {\"ok\":1,");
  }
}
