// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;

/**
 * A change of what one node has, which concerns no other node: the entries of the node's own
 * journal, a chain in the same log as those of the contexts.
 */
public sealed interface JournalEvent {
  /** The alternative's tag, in the order below, then its fields. */
  Codec<JournalEvent> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final JournalEvent value) {
          switch (value) {
            case ApplicationInstalled e -> out.u8(0).value(Application.CODEC, e.application);
            case ApplicationRemoved e -> out.u8(1).hash(e.application.hash());
          }
        }

        @Override
        public JournalEvent read(final BorshReader in) {
          final int tag = in.u8();
          return switch (tag) {
            case 0 -> new ApplicationInstalled(in.value(Application.CODEC));
            case 1 -> new ApplicationRemoved(new ApplicationId(in.hash()));
            default -> throw Formats.unknown("a journal event", tag);
          };
        }
      };

  /** Its hash as an entry of the journal behind the entry of the hash {@code prior}. */
  static Hash hash(final long position, final Hash prior, final JournalEvent event) {
    return Domain.JOURNAL.digest(
        new BorshWriter().u64(position).hash(prior).value(CODEC, event).toByteArray());
  }

  /**
   * An application was installed.
   *
   * @param application which
   */
  record ApplicationInstalled(Application application) implements JournalEvent {}

  /**
   * An application was removed.
   *
   * @param application which
   */
  record ApplicationRemoved(ApplicationId application) implements JournalEvent {}
}
