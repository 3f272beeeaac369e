// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.internal.module.ParsedModule.Kind;
import io.calimero.node.wasm.internal.module.SpecScript.Command;
import io.calimero.node.wasm.internal.module.SpecScript.Operand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.graalvm.polyglot.proxy.ProxyObject;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The core test suite of WebAssembly: what its scripts ask of a module as it came they ask of the
 * rewritten one too. The scripts are not ours to keep here: {@code -Dspec.suite=DIRECTORY} names
 * where they are, and {@code wast2json} of the WebAssembly Binary Toolkit must be installed.
 */
@Tag("nightly")
class SpecSuiteTest {
  private static final Optional<Path> SUITE =
      Optional.ofNullable(System.getProperty("spec.suite")).map(Path::of);

  /** How far a script has come. */
  private static final class Run {
    private final PlainGraal graal;
    private final Map<String, Object> originals = new HashMap<>();
    private final Map<String, Object> rewritten = new HashMap<>();
    private final Map<String, Pair> named = new HashMap<>();
    private Optional<Pair> current = Optional.empty();

    Run(final PlainGraal graal) {
      this.graal = graal;
      originals.put("spectest", new Printing());
      rewritten.put("spectest", new Printing());
    }
  }

  /** The same module twice. */
  private record Pair(PlainGraal.Instance original, PlainGraal.Instance rewritten) {}

  /** What the suite imports, as far as it is functions. */
  private static final class Printing implements ProxyObject {
    @Override
    public Object getMember(final String name) {
      return (ProxyExecutable) _ -> null;
    }

    @Override
    public Object getMemberKeys() {
      return new String[0];
    }

    @Override
    public boolean hasMember(final String name) {
      return name.startsWith("print");
    }

    @Override
    public void putMember(final String name, final Value value) {
      throw new UnsupportedOperationException();
    }
  }

  /** What came of the commands, by their kind, for the operator of the nightly run. */
  private final Map<String, Integer> counts = new TreeMap<>();

  private void count(final String what) {
    counts.merge(what, 1, Integer::sum);
  }

  @Test
  void theCoreTestSuiteFindsNoDifferenceBeforeAndAfterRewriting(@TempDir final Path directory)
      throws Exception {
    Assumptions.assumeTrue(
        SUITE.filter(Files::isDirectory).isPresent(),
        "the core test suite is not there: -Dspec.suite=DIRECTORY names it, see"
            + " docs/applications.md");
    final List<Path> scripts;
    try (Stream<Path> files = Files.list(SUITE.orElseThrow())) {
      scripts = files.filter(file -> file.toString().endsWith(".wast")).sorted().toList();
    }
    for (final Path script : scripts) {
      final Optional<SpecScript> read = SpecScript.of(script, directory);
      if (read.isEmpty()) {
        count("scripts that wast2json does not read");
        continue;
      }
      count("scripts");
      try (PlainGraal graal = new PlainGraal(PlainGraal.INTERPRETED)) {
        final Run run = new Run(graal);
        for (final Command command : read.get().commands()) {
          command(run, read.get(), command);
        }
      }
    }
    IO.println("core test suite: " + counts);
    assertThat(counts).containsKeys("scripts", "assert_return", "assert_trap");
  }

  private void command(final Run run, final SpecScript script, final Command command)
      throws IOException {
    switch (command.type()) {
      case "module" -> module(run, script, command);
      case "register" -> register(run, command);
      case "action", "assert_return", "assert_trap", "assert_exhaustion" ->
          action(run, script, command);
      case "assert_invalid", "assert_malformed" -> refused(run, script, command);
      default -> count("passed over: " + command.type());
    }
  }

  private void module(final Run run, final SpecScript script, final Command command)
      throws IOException {
    run.current = Optional.empty();
    final byte[] bytes = script.module(command);
    try {
      if (ModuleParser.parse(Bytes.wrap(bytes)).imports().stream()
          .anyMatch(wanted -> wanted.kind() != Kind.FUNCTION)) {
        // refused at installation, and not rewritten
        count("modules that import what is no function");
        return;
      }
      final PlainGraal.Module rewritten = run.graal.rewritten(bytes);
      run.current =
          Optional.of(
              new Pair(
                  run.graal.original(bytes).instance(ProxyObject.fromMap(run.originals)),
                  rewritten.instance(ProxyObject.fromMap(run.rewritten))));
      command.name().ifPresent(name -> run.named.put(name, run.current.orElseThrow()));
      count("modules");
    } catch (final InvalidModuleException e) {
      count("modules with what is not offered");
    } catch (final PolyglotException e) {
      // What it imports is refused, or GraalWasm is asked for more than it has: before rewriting
      // too
      assertThat(loads(run, bytes)).as("%s:%s, %s", script, command.line(), e).isFalse();
      count("modules that GraalWasm does not load");
    }
  }

  private static boolean loads(final Run run, final byte[] bytes) {
    try {
      run.graal.original(bytes).instance(ProxyObject.fromMap(run.originals));
      return true;
    } catch (final PolyglotException e) {
      return false;
    }
  }

  private static void register(final Run run, final Command command) {
    pair(run, command)
        .ifPresent(
            pair -> {
              run.originals.put(command.as(), pair.original.exports());
              run.rewritten.put(command.as(), pair.rewritten.exports());
            });
  }

  private static Optional<Pair> pair(final Run run, final Command command) {
    return command.module().isPresent() ? command.module().map(run.named::get) : run.current;
  }

  private void action(final Run run, final SpecScript script, final Command command) {
    final Optional<Pair> pair = pair(run, command);
    if (pair.isEmpty() || !command.isInvocation() || !command.ofNumbers()) {
      count("passed over: " + command.type() + " of no function of numbers, or of no module");
      return;
    }
    final Object[] arguments = command.arguments().stream().map(Operand::value).toArray();
    final Optional<List<Operand>> before =
        result(pair.get().original.run(command.field(), arguments), command);
    final Optional<List<Operand>> after =
        result(pair.get().rewritten.run(command.field(), arguments), command);
    assertThat(after.map(SpecSuiteTest::settled))
        .as("%s:%s", script, command.line())
        .isEqualTo(before.map(SpecSuiteTest::settled));
    final boolean asExpected =
        switch (command.type()) {
          case "action" -> true;
          case "assert_return" -> after.isPresent() && command.expects(after.get());
          default -> after.isEmpty();
        };
    count(command.type() + (asExpected ? "" : ", not as the script says before and after"));
  }

  private static Optional<List<Operand>> result(
      final Optional<Value> value, final Command command) {
    return value.map(
        given -> {
          final List<Operand> numbers = new ArrayList<>();
          if (given.hasArrayElements()) {
            for (int i = 0; i < given.getArraySize(); i++) {
              numbers.add(Operand.of(command.typeOfResult(i), given.getArrayElement(i)));
            }
          } else if (given.isNumber()) {
            numbers.add(
                command.results() > 0
                    ? Operand.of(command.typeOfResult(0), given)
                    : Operand.unsaid(given));
          }
          return numbers;
        });
  }

  /** The bits of a NaN are open before rewriting. */
  private static List<String> settled(final List<Operand> numbers) {
    return numbers.stream().map(Operand::settled).toList();
  }

  private void refused(final Run run, final SpecScript script, final Command command)
      throws IOException {
    if (!command.isBinary()) {
      return;
    }
    final byte[] bytes = script.module(command);
    if (isValid(() -> run.graal.rewritten(bytes))) {
      assertThat(isValid(() -> run.graal.original(bytes)))
          .as("%s:%s is valid before, as it is after", script, command.line())
          .isTrue();
      count(command.type() + ", not as the script says before and after");
    } else {
      count(command.type());
    }
  }

  /** Makes a module. */
  private interface Making {
    PlainGraal.Module make() throws InvalidModuleException;
  }

  private static boolean isValid(final Making making) {
    try {
      final PlainGraal.Module _ = making.make();
      return true;
    } catch (final InvalidModuleException | PolyglotException e) {
      return false;
    }
  }
}
