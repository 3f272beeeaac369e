// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import java.util.List;
import java.util.Optional;

/**
 * What shows that a context has diverged.
 *
 * @param context which
 * @param found when, in nanoseconds since 1970, by this node's clock
 * @param position where
 * @param reason what differs, with both digests if outcomes do
 * @param entries what the coordinator has signed: one entry whose outcome is another here, or two
 *     for one position
 */
record Evidence(
    ContextId context, long found, long position, String reason, List<Entry.Signed> entries) {
  private static final int FORMAT = 1;

  Evidence {
    entries = List.copyOf(entries);
  }

  /** One byte of format, the components in their order, the SHA-256 of all that. */
  byte[] encode() {
    final BorshWriter out =
        new BorshWriter()
            .u8(FORMAT)
            .hash(context.hash())
            .u64(found)
            .u64(position)
            .string(reason)
            .list(entries, Entry.Signed.CODEC);
    return out.hash(Hash.sha256(out.toByteArray())).toByteArray();
  }

  /** The evidence in a file; nothing if it is of another format, or damaged. */
  static Optional<Evidence> decode(final byte[] bytes) {
    try {
      final BorshReader in = new BorshReader(bytes);
      if (in.u8() != FORMAT) {
        return Optional.empty();
      }
      final Evidence evidence =
          new Evidence(
              new ContextId(in.hash()),
              in.count64(),
              in.count64(),
              in.string(),
              in.list(Entry.Signed.CODEC));
      final byte[] content = new byte[bytes.length - in.remaining()];
      System.arraycopy(bytes, 0, content, 0, content.length);
      final Hash seal = in.hash();
      in.expectEnd();
      return Hash.sha256(content).equals(seal) ? Optional.of(evidence) : Optional.empty();
    } catch (final MalformedException e) {
      return Optional.empty();
    }
  }
}
