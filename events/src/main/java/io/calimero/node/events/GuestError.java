// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import java.util.Optional;

/**
 * Why a call failed in the guest.
 *
 * @param kind which kind of failure
 * @param message the text that clients know, such as {@code method "x" not found}
 * @param data what the guest returned as its error, for {@link Kind#EXECUTION}
 */
public record GuestError(Kind kind, String message, Optional<Bytes> data) {
  private static final Codec<Bytes> DATA =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Bytes value) {
          out.bytes(value);
        }

        @Override
        public Bytes read(final BorshReader in) {
          return in.bytes();
        }
      };

  /** Kind (its number), message, optional data. */
  public static final Codec<GuestError> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final GuestError value) {
          out.u8(value.kind.tag).string(value.message).option(value.data, DATA);
        }

        @Override
        public GuestError read(final BorshReader in) {
          return new GuestError(Kind.ofTag(in.u8()), in.string(), in.option(DATA));
        }
      };

  /** An error without data. */
  public static GuestError of(final Kind kind, final String message) {
    return new GuestError(kind, message, Optional.empty());
  }

  /** The kinds of failures of a call. */
  public enum Kind {
    /** The module cannot be compiled. */
    COMPILATION(0),
    /** The module cannot be linked with the host. */
    LINK(1),
    /** No such method, or no method at all. */
    METHOD_RESOLUTION(2),
    /** The code trapped. */
    TRAP(3),
    /** A host function refused what it was given, or the guest panicked. */
    HOST(4),
    /** The method returned an error of its own. */
    EXECUTION(5);

    private final int tag;

    Kind(final int tag) {
      this.tag = tag;
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
