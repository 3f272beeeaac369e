// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

/** A module that can be no application of this node. The message says why, for people. */
public final class InvalidModuleException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final String text;

  /** An exception of that code and message. */
  public InvalidModuleException(final Code code, final String message) {
    super(message);
    this.code = code;
    text = message;
  }

  /** What is wrong with the module. */
  public Code code() {
    return code;
  }

  /** The same with the stack trace of this place, for another caller that meets it. */
  public InvalidModuleException again() {
    return new InvalidModuleException(code, text);
  }

  /** What can be wrong with a module. */
  public enum Code {
    /** The bytes do not begin as those of a module. */
    NOT_WASM,
    /** It is larger than the engine accepts. */
    TOO_LARGE,
    /** The bytes begin as a module and do not go on as one. */
    MALFORMED,
    /**
     * It is well-formed and breaks the rules of WebAssembly, or uses parts that are not offered.
     */
    INVALID,
    /** It imports what this node does not offer; the message names everything. */
    UNKNOWN_IMPORTS,
    /** It imports its memory instead of exporting it. */
    IMPORTED_MEMORY,
    /** Its memory is for threads. */
    SHARED_MEMORY,
    /** It exports no memory under the name {@code memory}. */
    NO_MEMORY,
    /** It asks for more memory than it can be given. */
    MEMORY_TOO_LARGE
  }
}
