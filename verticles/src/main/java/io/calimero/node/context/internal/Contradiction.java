// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Two entries that cannot both be of one history, though who may order has signed both: they have
 * the same position and differ, or the second follows another entry than the first at the first's
 * position.
 *
 * @param known the one in the log
 * @param other the other
 */
record Contradiction(Entry.Signed known, Entry.Signed other) {

  ContextId context() {
    return known.entry().context();
  }

  /** What it shows, for people. */
  String words() {
    final boolean same = other.entry().position() == known.entry().position();
    return "the coordinator has signed two entries for position "
        + known.entry().position()
        + ": "
        + known.hash()
        + " and "
        + (same ? other.hash() : other.entry().prior())
        + "; the evidence is kept";
  }

  /**
   * Which of the entries, which came from elsewhere, has to be held against the log: the last one
   * for whose position the log has an entry, or the first one behind its head if it follows another
   * entry.
   */
  static Optional<Entry.Signed> suspect(final Head head, final List<Entry.Signed> entries) {
    Optional<Entry.Signed> suspect = Optional.empty();
    for (final Entry.Signed signed : entries) {
      final Entry entry = signed.entry();
      if (entry.position() == head.position() + 1 && !entry.prior().equals(head.hash())) {
        return Optional.of(signed);
      }
      if (entry.position() <= head.position() && !signed.hash().equals(head.hash())) {
        suspect = Optional.of(signed);
      }
    }
    return suspect;
  }

  /**
   * What a suspect proves. Slow: signatures are verified.
   *
   * @param known the log's entry at its position, or at the head if it is behind that
   * @param now the configuration at the head
   */
  static Optional<Contradiction> of(
      final Entry.Signed known, final Entry.Signed suspect, final Configuration now) {
    final Entry entry = suspect.entry();
    if (!entry.context().equals(now.context())) {
      return Optional.empty();
    }
    final boolean proven;
    if (entry.position() == known.entry().position()) {
      proven =
          !suspect.hash().equals(known.hash())
              && entry.term() == known.entry().term()
              && signer(known, now).filter(suspect::verify).isPresent();
    } else {
      proven =
          entry.position() == known.entry().position() + 1
              && !entry.prior().equals(known.hash())
              && entry.term() == now.term()
              && suspect.verify(now.coordinator());
    }
    return proven ? Optional.of(new Contradiction(known, suspect)) : Optional.empty();
  }

  /** Who signed what is in the log, if it is a member still: the coordinator may have changed. */
  private static Optional<PublicKey> signer(final Entry.Signed known, final Configuration now) {
    return Stream.concat(Stream.of(now.coordinator()), now.members().keySet().stream())
        .filter(known::verify)
        .findFirst();
  }
}
