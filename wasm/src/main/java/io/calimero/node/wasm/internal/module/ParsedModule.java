// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import io.calimero.node.events.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a module says of itself.
 *
 * @param bytes the module
 * @param sections its sections in their order
 * @param types its types
 * @param imports everything it imports
 * @param functions the types of its functions, those imported first
 * @param ownTypes the numbers of the types of its own functions
 * @param bodies the bodies of its own functions
 * @param globals its own global variables
 * @param tables its own tables
 * @param memory its own memory, if it has one
 * @param data its segments of data
 * @param dataCounted whether it says before its code how many those are
 * @param exports what it exports, by name
 * @param start the function that runs at instantiation, if any
 */
public record ParsedModule(
    Bytes bytes,
    List<Section> sections,
    List<FunctionType> types,
    List<Import> imports,
    List<FunctionType> functions,
    List<Integer> ownTypes,
    List<Body> bodies,
    List<Global> globals,
    List<Table> tables,
    Optional<Sizes> memory,
    List<Data> data,
    boolean dataCounted,
    Map<String, Export> exports,
    OptionalInt start) {

  /** What can be imported and exported. */
  public enum Kind {
    /** A function. */
    FUNCTION(0),
    /** A table. */
    TABLE(1),
    /** A memory. */
    MEMORY(2),
    /** A global variable. */
    GLOBAL(3),
    /** An exception tag. */
    TAG(4);

    private final int code;

    Kind(final int code) {
      this.code = code;
    }

    /** The byte that stands for it. */
    int code() {
      return code;
    }
  }

  /**
   * A section.
   *
   * @param id its number in the specification
   * @param offset where its content begins
   * @param length how long its content is
   */
  public record Section(int id, int offset, int length) {}

  /**
   * The body of a function.
   *
   * @param offset where it begins: at its own length
   * @param length how long it is, with that
   * @param code where its instructions begin
   * @param locals how many local variables it declares
   */
  public record Body(int offset, int length, int code, long locals) {}

  /**
   * A constant expression.
   *
   * @param offset where it begins
   * @param length how long it is, without its end
   * @param simple whether it is one constant, and so means the same in a function
   */
  public record Constant(int offset, int length, boolean simple) {}

  /**
   * A global variable.
   *
   * @param type the letter of its type, see {@link FunctionType}
   * @param mutable whether it can change
   * @param initial what it is at first
   */
  public record Global(char type, boolean mutable, Constant initial) {}

  /**
   * A segment of data.
   *
   * @param place where it is copied to at instantiation, if it is
   * @param offset where its bytes begin
   * @param length how many they are
   */
  public record Data(Optional<Constant> place, int offset, int length) {}

  /**
   * An import.
   *
   * @param module the first name
   * @param name the second name
   * @param kind what is imported
   * @param type the type, if it is a function
   */
  public record Import(String module, String name, Kind kind, Optional<FunctionType> type) {
    /** Both names, and the type of a function. */
    @Override
    public String toString() {
      return module
          + "."
          + name
          + " "
          + type.map(FunctionType::toString)
              .orElseGet(
                  () ->
                      switch (kind) {
                        case FUNCTION -> "function";
                        case TABLE -> "table";
                        case MEMORY -> "memory";
                        case GLOBAL -> "global";
                        case TAG -> "tag";
                      });
    }
  }

  /**
   * An export.
   *
   * @param kind what is exported
   * @param index which of its kind, those imported counted first
   */
  public record Export(Kind kind, int index) {}

  /**
   * A table.
   *
   * @param type the type of its elements, as in the binary form
   * @param sizes how large it is
   */
  public record Table(int type, Sizes sizes) {}

  /** How many things of each kind it has. Nothing but functions is taken to be imported. */
  ModuleShape shape() {
    return new ModuleShape(
        types,
        functions.size(),
        globals.size(),
        tables.size(),
        memory.isPresent() ? 1 : 0,
        dataCounted ? OptionalInt.of(data.size()) : OptionalInt.empty());
  }

  /** The type of an exported function; none if the export is no function or does not exist. */
  public Optional<FunctionType> exportedFunction(final String name) {
    return Optional.ofNullable(exports.get(name))
        .filter(export -> export.kind() == Kind.FUNCTION)
        .map(export -> functions.get(export.index()));
  }
}
