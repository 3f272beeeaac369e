// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.Codecs;
import java.util.Optional;

/**
 * Why a call of an application did not succeed: the application's doing, not the node's, and the
 * same on every replica. Messages are those that Calimero clients know.
 *
 * @param kind which kind of failure
 * @param message what went wrong, for people
 * @param data the bytes that the method returned as its error, in full; only with {@link
 *     Kind#RETURNED}
 */
public record GuestError(Kind kind, String message, Optional<Bytes> data) {
  private static final int FORMAT = 1;

  /** One format byte, the kind as one byte, message, data. */
  public static final Codec<GuestError> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final GuestError value) {
          out.u8(FORMAT)
              .u8(value.kind.tag())
              .string(value.message)
              .option(value.data, Codecs.BYTES);
        }

        @Override
        public GuestError read(final BorshReader in) {
          Formats.expect("a guest error", FORMAT, in.u8());
          return new GuestError(Kind.ofTag(in.u8()), in.string(), in.option(Codecs.BYTES));
        }
      };

  /** The application has no such method. */
  public static GuestError methodNotFound(final String method) {
    return new GuestError(
        Kind.METHOD_NOT_FOUND, "method \"" + method + "\" not found", Optional.empty());
  }

  /** The application exports a function of that name that is not a method. */
  public static GuestError invalidSignature(final String method) {
    return new GuestError(
        Kind.INVALID_SIGNATURE,
        "method \""
            + method
            + "\" has invalid signature: expected no arguments and no return value",
        Optional.empty());
  }

  /** The module does not fit what the context allows. */
  public static GuestError link(final String detail) {
    return new GuestError(Kind.LINK, "link error: " + detail, Optional.empty());
  }

  /** WebAssembly itself stopped the call. */
  public static GuestError trap(final String text) {
    return new GuestError(Kind.TRAP, text, Optional.empty());
  }

  /** The application used the node's functions wrongly, or beyond a limit. */
  public static GuestError host(final String text) {
    return new GuestError(Kind.HOST, text, Optional.empty());
  }

  /** The application gave up. */
  public static GuestError panic(final String message) {
    return new GuestError(Kind.PANIC, "guest panicked: " + message, Optional.empty());
  }

  /** The method returned an error. */
  public static GuestError returned(final Bytes data) {
    return new GuestError(Kind.RETURNED, "the method call returned an error", Optional.of(data));
  }

  /** Which kind of failure. */
  public enum Kind {
    /** The module cannot be compiled. */
    COMPILATION(0, "CompilationError"),
    /** The module cannot be linked. */
    LINK(1, "LinkError"),
    /** A function is exported under the method's name that takes or returns something. */
    INVALID_SIGNATURE(2, "MethodResolutionError"),
    /** No function is exported under the method's name. */
    METHOD_NOT_FOUND(3, "MethodResolutionError"),
    /** A trap of WebAssembly. */
    TRAP(4, "WasmTrap"),
    /** A function of the node was used wrongly, or beyond a limit. */
    HOST(5, "HostError"),
    /** The application panicked. */
    PANIC(6, "HostError"),
    /** The method returned an error. */
    RETURNED(7, "ExecutionError");

    private final int tag;
    private final String text;

    Kind(final int tag, final String text) {
      this.tag = tag;
      this.text = text;
    }

    /** The number that stands for it in borsh. */
    public int tag() {
      return tag;
    }

    /** The name that clients know; some kinds share one. */
    public String text() {
      return text;
    }

    private static Kind ofTag(final int tag) {
      for (final Kind kind : values()) {
        if (kind.tag == tag) {
          return kind;
        }
      }
      throw Formats.unknown("a guest error", tag);
    }
  }
}
