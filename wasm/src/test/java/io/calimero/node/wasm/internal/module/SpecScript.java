// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/** A script of the core test suite, in the form that {@code wast2json} gives it. */
record SpecScript(String name, Path directory, List<Command> commands) {

  @Override
  public String toString() {
    return name;
  }

  /** The script, its modules put into the directory; none if the tool does not read it. */
  static Optional<SpecScript> of(final Path script, final Path directory)
      throws IOException, InterruptedException {
    final String name = script.getFileName().toString();
    final Path target = directory.resolve(name.replace(".wast", ".json"));
    final Path spelled = directory.resolve(name);
    Files.writeString(spelled, newer(Files.readString(script)));
    final Process tool =
        new ProcessBuilder("wast2json", spelled.toString(), "-o", target.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!tool.waitFor(1, TimeUnit.MINUTES) || tool.exitValue() != 0) {
      tool.destroyForcibly();
      return Optional.empty();
    }
    try (JsonParser parser = new JsonFactory().createParser(Files.readAllBytes(target))) {
      parser.nextToken();
      final List<Command> commands = new ArrayList<>();
      for (final Object command : list(map(tree(parser)).get("commands"))) {
        commands.add(new Command(map(command)));
      }
      return Optional.of(new SpecScript(name, directory, commands));
    }
  }

  /**
   * A script as it is written now. In those of Debian's binaryen, results that are NaNs and traps
   * without a reason are still spelled in older ways; of the former an invocation is left, whose
   * result is compared all the same.
   */
  private static String newer(final String script) {
    return script
        .replaceAll(
            "(?m)^\\(assert_return_(?:canonical_|arithmetic_)?nan (\\(invoke .*\\))\\)\\s*$", "$1")
        .replaceAll("(?m)^(\\(assert_trap \\(invoke .*\\))\\)\\s*$", "$1 \"\")");
  }

  /** The module that a command names. */
  byte[] module(final Command command) throws IOException {
    return Files.readAllBytes(directory.resolve(command.text("filename").orElseThrow()));
  }

  private static Object tree(final JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      default -> parser.getText();
    };
  }

  private static Map<String, Object> object(final JsonParser parser) throws IOException {
    final Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      final String name = parser.currentName();
      parser.nextToken();
      map.put(name, tree(parser));
    }
    return map;
  }

  private static List<Object> array(final JsonParser parser) throws IOException {
    final List<Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(tree(parser));
    }
    return list;
  }

  @SuppressWarnings("unchecked") // as it was made above
  private static Map<String, Object> map(final @Nullable Object value) {
    return value == null ? Map.of() : (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked") // as it was made above
  private static List<Object> list(final @Nullable Object value) {
    return value == null ? List.of() : (List<Object>) value;
  }

  /** One command of a script. */
  record Command(Map<String, Object> fields) {
    Optional<String> text(final String field) {
      return Optional.ofNullable(fields.get(field)).map(Object::toString);
    }

    String type() {
      return text("type").orElseThrow();
    }

    String line() {
      return text("line").orElse("?");
    }

    Optional<String> name() {
      return text("name");
    }

    String as() {
      return text("as").orElseThrow();
    }

    boolean isBinary() {
      return text("module_type").filter("binary"::equals).isPresent();
    }

    private Map<String, Object> call() {
      return map(fields.get("action"));
    }

    /** The module that is meant, if not the last. */
    Optional<String> module() {
      return type().equals("register")
          ? name()
          : Optional.ofNullable(call().get("module")).map(Object::toString);
    }

    boolean isInvocation() {
      return "invoke".equals(call().get("type"));
    }

    String field() {
      return Optional.ofNullable(call().get("field")).map(Object::toString).orElseThrow();
    }

    List<Operand> arguments() {
      return list(call().get("args")).stream().map(argument -> Operand.of(map(argument))).toList();
    }

    private List<Map<String, Object>> expected() {
      return list(fields.get("expected")).stream().map(SpecScript::map).toList();
    }

    int results() {
      return expected().size();
    }

    String typeOfResult(final int place) {
      return String.valueOf(expected().get(place).get("type"));
    }

    /** Whether there are no references, which cannot be passed in and out here. */
    boolean ofNumbers() {
      return Stream.concat(
              list(call().get("args")).stream().map(SpecScript::map), expected().stream())
          .allMatch(value -> Operand.TYPES.contains(String.valueOf(value.get("type"))));
    }

    boolean expects(final List<Operand> results) {
      if (results() == 0) {
        return results.stream().allMatch(Operand::isNan);
      }
      if (results.size() != expected().size()) {
        return false;
      }
      for (int i = 0; i < results.size(); i++) {
        final String wanted = String.valueOf(expected().get(i).get("value"));
        final boolean same =
            wanted.startsWith("nan:")
                ? results.get(i).isNan()
                : results.get(i).equals(Operand.of(expected().get(i)));
        if (!same) {
          return false;
        }
      }
      return true;
    }
  }

  /**
   * A number.
   *
   * @param type its type
   * @param bits its bits
   */
  record Operand(String type, long bits) {
    static final List<String> TYPES = List.of("i32", "i64", "f32", "f64");

    static Operand of(final Map<String, Object> value) {
      return new Operand(
          String.valueOf(value.get("type")),
          Long.parseUnsignedLong(String.valueOf(value.get("value"))));
    }

    static Operand of(final String type, final Value value) {
      return new Operand(
          type,
          switch (type) {
            case "i32" -> Integer.toUnsignedLong(value.asInt());
            case "i64" -> value.asLong();
            case "f32" -> Integer.toUnsignedLong(Float.floatToRawIntBits(value.asFloat()));
            default -> Double.doubleToRawLongBits(value.asDouble());
          });
    }

    /** A number of a type that the script does not say; only a NaN among them is told apart. */
    static Operand unsaid(final Value value) {
      return value.fitsInDouble()
          ? new Operand("f64", Double.doubleToRawLongBits(value.asDouble()))
          : new Operand("unsaid", value.toString().hashCode());
    }

    /** As it is passed to a function. */
    Object value() {
      return switch (type) {
        case "i32" -> (Object) (int) bits;
        case "i64" -> bits;
        case "f32" -> Float.intBitsToFloat((int) bits);
        default -> Double.longBitsToDouble(bits);
      };
    }

    boolean isNan() {
      return switch (type) {
        case "f32" -> Float.isNaN(Float.intBitsToFloat((int) bits));
        case "f64" -> Double.isNaN(Double.longBitsToDouble(bits));
        default -> false;
      };
    }

    String settled() {
      return isNan() ? type + " nan" : type + " " + bits;
    }
  }
}
