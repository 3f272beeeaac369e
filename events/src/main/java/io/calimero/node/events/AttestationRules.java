// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.Problem.Code;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * Whether an attested transaction may stand at a position. The same for the coordinator that orders
 * it and for everyone who follows: pure, and a matter of what is in the log only. That the effects
 * are those of the application is what nobody but the author can tell.
 */
public final class AttestationRules {
  /** What host functions allow: actions of one kind, and calls of other contexts. */
  private static final int ACTIONS = 1000;

  /** What the node puts before the keys of guests: some letters, an identifier. */
  private static final int KEY_OVERHEAD = 64;

  private AttestationRules() {}

  /** The state at a position. */
  public interface Rows {
    /** The value under a key. */
    Optional<Bytes> get(Bytes key);

    /** The rows from one key up to another, in the order of their keys. */
    Iterator<Map.Entry<Bytes, Bytes>> scan(Bytes from, Bytes to);
  }

  /**
   * Why the transaction may not follow, if it may not: {@code STALE} if what it found is not so any
   * more, so that its author may run it again.
   *
   * @param before the configuration before it
   * @param head the position before it
   * @param rows the state before it
   * @param transaction an attested one, whose signature and membership are for the caller to check
   */
  public static Optional<Problem> objection(
      final Configuration before, final long head, final Rows rows, final Transaction transaction) {
    final Attestation attestation = transaction.attestation().orElseThrow();
    if (!before.limits().attestable()) {
      return refuse(Code.UNAUTHORIZED, "the context forbids attested transactions");
    }
    if (attestation.position() > head) {
      return refuse(Code.INVALID_REQUEST, "it was run at a position that is not there yet");
    }
    return bounds(before.limits(), attestation.effects())
        .or(() -> seat(transaction, attestation))
        .or(() -> actions(before, transaction, attestation.effects()))
        .map(why -> Problem.of(Code.INVALID_REQUEST, "an attested transaction may not be: " + why))
        .or(() -> found(before, rows, attestation));
  }

  private static Optional<String> bounds(final Limits limits, final Outcome effects) {
    long bytes = 0;
    for (final WriteSet.Write write : effects.writes().writes()) {
      final int value = write.value().map(Bytes::length).orElse(0);
      if (write.key().length() > limits.keySize() + KEY_OVERHEAD
          || value > limits.valueSize() + KEY_OVERHEAD) {
        return Optional.of("it writes a row that is too large");
      }
      bytes += write.key().length() + (long) value;
    }
    if (effects.writes().writes().size() > limits.writes() + 1L
        || bytes > limits.writtenBytes() + 2L * KEY_OVERHEAD) {
      return Optional.of("it writes too much");
    }
    final boolean emitsTooMuch =
        effects.events().size() > limits.events()
            || effects.events().stream()
                .anyMatch(
                    event ->
                        Bytes.utf8(event.kind()).length() > limits.eventKindSize()
                            || event.data().length() > limits.eventDataSize());
    if (emitsTooMuch) {
      return Optional.of("it emits too much");
    }
    return limits.schedule() != Limits.UNMETERED && effects.gas() > limits.gas()
        ? Optional.of("it used more gas than a call has")
        : Optional.empty();
  }

  /** It takes the seat of its executor, having looked at it, and touches nobody else's. */
  private static Optional<String> seat(
      final Transaction transaction, final Attestation attestation) {
    final Bytes seat = Attestation.seat(transaction.executor());
    final boolean looked =
        attestation.observations().stream()
            .anyMatch(
                observation ->
                    observation instanceof Observation.OfKey found && found.key().equals(seat));
    boolean taken = false;
    for (final WriteSet.Write write : attestation.effects().writes().writes()) {
      if (Attestation.isSeat(write.key())) {
        if (!write.key().equals(seat)
            || !write.value().equals(Optional.of(transaction.uniqueId()))) {
          return Optional.of("it writes a row that is not for it to write");
        }
        taken = true;
      }
    }
    return looked && taken
        ? Optional.empty()
        : Optional.of("it does not say which attested transaction it follows");
  }

  private static Optional<String> actions(
      final Configuration before, final Transaction transaction, final Outcome effects) {
    if (effects.actions().size() > ACTIONS) {
      return Optional.of("it asks for too much");
    }
    final boolean manages = before.has(transaction.executor(), Capability.MANAGE_MEMBERS);
    for (final Action action : effects.actions()) {
      final boolean allowed =
          switch (action) {
            case Action.AddMember _ -> manages;
            case Action.RemoveMember removed ->
                manages && !removed.member().equals(before.coordinator());
            case Action.CallContext _ ->
                transaction.origin().map(Origin::depth).orElse(0) < Origin.MAX_DEPTH;
            case Action.CreateContext _,
                Action.RemoveContext _,
                Action.SendProposal _,
                Action.ApproveProposal _,
                Action.StoreBlob _,
                Action.AnnounceBlob _,
                Action.WitnessMigration _ ->
                true;
          };
      if (!allowed) {
        return Optional.of("its executor may not ask for " + action.getClass().getSimpleName());
      }
    }
    return Optional.empty();
  }

  /** Whether everything is still as it was found. */
  private static Optional<Problem> found(
      final Configuration before, final Rows rows, final Attestation attestation) {
    if (!attestation.application().equals(before.application().blob())) {
      return stale("the application has been replaced");
    }
    int budget = Attestation.MAX_OBSERVATIONS;
    for (final Observation observation : attestation.observations()) {
      switch (observation) {
        case Observation.OfKey key -> {
          if (!Observation.digest(rows.get(key.key())).equals(key.digest())) {
            return stale("a row that it read has changed");
          }
        }
        case Observation.OfMembers members -> {
          if (!Observation.digest(before.members().keySet()).equals(members.digest())) {
            return stale("the members have changed");
          }
        }
        case Observation.OfRange range -> {
          final Counted counted = new Counted(scan(rows, range), budget);
          final Hash digest = Observation.digest(counted);
          budget = counted.left;
          if (!digest.equals(range.digest())) {
            return stale("a range of rows that it read has changed");
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Iterator<Map.Entry<Bytes, Bytes>> scan(
      final Rows rows, final Observation.OfRange range) {
    return range.from().compareTo(range.to()) < 0
        ? rows.scan(range.from(), range.to())
        : Collections.emptyIterator();
  }

  private static Optional<Problem> stale(final String what) {
    return refuse(Code.STALE, what + " since the author ran it: nothing was written");
  }

  private static Optional<Problem> refuse(final Code code, final String message) {
    return Optional.of(Problem.of(code, message));
  }

  /**
   * No more rows than an author may have looked at: behind them a range ends, which then has
   * another digest than an honest author could have found.
   */
  private static final class Counted implements Iterator<Map.Entry<Bytes, Bytes>> {
    private final Iterator<Map.Entry<Bytes, Bytes>> rows;
    private int left;

    Counted(final Iterator<Map.Entry<Bytes, Bytes>> rows, final int left) {
      this.rows = rows;
      this.left = left;
    }

    @Override
    public boolean hasNext() {
      return left > 0 && rows.hasNext();
    }

    @Override
    public Map.Entry<Bytes, Bytes> next() {
      left--;
      return rows.next();
    }
  }
}
