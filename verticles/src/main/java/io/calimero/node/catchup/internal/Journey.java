// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.messages.CatchupMessages.Phase;
import io.calimero.node.events.messages.CatchupMessages.Sync;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** One context on its way to what others have. On the loop. */
final class Journey {
  private static final long TELL_NANOS = 200_000_000L;
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final ContextId context;
  private final LongSupplier nanos;
  private final Consumer<Sync> tell;
  private Phase phase = Phase.WAITING;
  private long position;
  private long head;
  private long done;
  private long whole;
  private long begunAt;
  private long toldAt;
  private boolean told;
  private boolean moving;
  private Optional<String> peer = Optional.empty();
  private int failures;
  private Optional<Runnable> first = Optional.empty();
  private Optional<String> lastError = Optional.empty();

  Journey(final ContextId context, final LongSupplier nanos, final Consumer<Sync> tell) {
    this.context = context;
    this.nanos = nanos;
    this.tell = tell;
  }

  /** Where the log ends here. */
  void here(final long position) {
    this.position = Math.max(this.position, position);
    head = Math.max(head, position);
  }

  /** Somebody says that the log goes so far. */
  void heard(final long furthest) {
    head = Math.max(head, furthest);
  }

  /** A peer is being asked. */
  void met(final String asked, final Head there) {
    peer = Optional.of(asked);
    heard(there.position());
  }

  /** Entries are being fetched. */
  void entries() {
    begin(Phase.TRANSACTIONS, Math.max(0, head - position));
  }

  /** Something is to be done when the first entries are on disk. */
  void onFirst(final Runnable task) {
    first = Optional.of(task);
  }

  /** Entries up to here are on disk. */
  void reached(final long reached) {
    begun();
    done += Math.max(0, reached - position);
    here(reached);
    tellSometimes();
  }

  /** A first part is here, by whatever way. */
  void begun() {
    first.ifPresent(Runnable::run);
    first = Optional.empty();
  }

  /** A module is being fetched. */
  void application(final long size) {
    begin(Phase.APPLICATION, size);
  }

  /** A state is being fetched. */
  void snapshot(final long keys) {
    begin(Phase.SNAPSHOT, keys);
  }

  /** So much of the phase is done. */
  void at(final long now) {
    done = now;
    tellSometimes();
  }

  private void begin(final Phase next, final long size) {
    phase = next;
    done = 0;
    whole = size;
    begunAt = nanos.getAsLong();
    moving = size > 0;
    if (moving) {
      tell();
    }
  }

  /** Whether there is anybody to be asked. */
  void waiting(final boolean nobody) {
    if (nobody) {
      phase = Phase.WAITING;
      peer = Optional.empty();
    }
  }

  /** A peer could not be asked to the end. */
  void failed(final String why) {
    lastError = Optional.of(why);
  }

  /** Nobody could. */
  void backOff() {
    phase = Phase.BACKING_OFF;
    failures++;
    peer = Optional.empty();
    if (told) {
      tell();
    }
  }

  /** A peer has another history. */
  void forked(final String why) {
    failed(why);
    failures++;
    phase = Phase.FORKED;
    tell();
  }

  /** Everything is here that anybody told of. */
  void arrived() {
    phase = Phase.IDLE;
    failures = 0;
    lastError = Optional.empty();
    peer = Optional.empty();
    head = position;
    if (told) {
      tell();
    }
  }

  int failures() {
    return failures;
  }

  Phase phase() {
    return phase;
  }

  /** Whether a peer has another history, and nothing has been fetched since. */
  boolean isForked() {
    return phase == Phase.FORKED;
  }

  /** How many entries are known to be missing. */
  long lag() {
    return Math.max(0, head - position);
  }

  /** How many entries a second came in this phase. */
  long perSecond() {
    final long took = nanos.getAsLong() - begunAt;
    return took <= 0 || done <= 0 ? 0 : (long) ((double) done * SECOND_NANOS / took);
  }

  private void tellSometimes() {
    if (moving && nanos.getAsLong() - toldAt >= TELL_NANOS) {
      tell();
    }
  }

  private void tell() {
    toldAt = nanos.getAsLong();
    told = true;
    tell.accept(sync(true));
  }

  /** How far it is. */
  Sync sync(final boolean initialized) {
    return new Sync(
        context,
        phase,
        position,
        head,
        done,
        whole,
        perSecond(),
        peer,
        failures,
        lastError,
        initialized);
  }
}
