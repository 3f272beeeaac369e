// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Asks ever nearer peers about a key until the k nearest of those heard of have answered, what was
 * looked for is there, or the time is over (kad-dht specification, "Peer routing"). For one thread.
 */
final class Lookup {
  /** What is asked, and what answers mean. */
  interface Purpose {
    /** Asks {@code peer}; peers that do not answer in time fail. */
    CompletableFuture<KadMessage> ask(PeerAddresses peer);

    /** Takes the answer of {@code peer}; true if it is the last one needed. */
    boolean enough(PeerAddresses peer, KadMessage answer);
  }

  /** More candidates than this many times k are not remembered: the farthest are dropped. */
  private static final int MAX_CANDIDATES = 8;

  /** More peers than this many times k are not asked: somebody makes them up. */
  private static final int MAX_ASKED = 10;

  private final KadContext context;
  private final KadKey target;
  private final Purpose purpose;
  private final TreeMap<KadKey, Candidate> candidates = new TreeMap<>();
  private final Set<PeerId> known = new HashSet<>();
  private final CompletableFuture<List<PeerAddresses>> done = new CompletableFuture<>();
  private Optional<Timers.Timer> end = Optional.empty();
  private int running;
  private int asked;

  private enum State {
    WAITING,
    ASKED,
    ANSWERED,
    FAILED
  }

  private static final class Candidate {
    final PeerAddresses peer;
    State state = State.WAITING;

    Candidate(final PeerAddresses peer) {
      this.peer = peer;
    }
  }

  Lookup(final KadContext context, final KadKey target, final Purpose purpose) {
    this.context = context;
    this.target = target;
    this.purpose = purpose;
  }

  /** Sees to it that {@code peer} is not asked. */
  Lookup without(final PeerId peer) {
    known.add(peer);
    return this;
  }

  /** Begins with {@code seeds}; the k nearest peers that have answered, the nearest first. */
  CompletableFuture<List<PeerAddresses>> run(final Collection<PeerAddresses> seeds) {
    known.add(context.self());
    seeds.forEach(this::consider);
    end = Optional.of(context.timers().after(context.params().lookupTime(), this::finish));
    advance();
    return done;
  }

  private void consider(final PeerAddresses peer) {
    if (known.add(peer.peer())) {
      candidates.put(KadKey.of(peer.peer()).to(target), new Candidate(peer));
      if (candidates.size() > MAX_CANDIDATES * context.params().replication()) {
        dropFarthest();
      }
    }
  }

  private void dropFarthest() {
    final Map.Entry<KadKey, Candidate> farthest = candidates.lastEntry();
    // One that is being asked, or is among the nearest answers, is never so far behind.
    if (farthest.getValue().state == State.WAITING) {
      known.remove(farthest.getValue().peer.peer());
    }
    candidates.remove(farthest.getKey());
  }

  private void advance() {
    while (!done.isDone() && running < context.params().parallelism()) {
      final Optional<Candidate> next = next();
      if (next.isEmpty() || asked >= MAX_ASKED * context.params().replication()) {
        if (running == 0) {
          finish();
        }
        return;
      }
      ask(next.get());
    }
  }

  /** The nearest of the k nearest that has not been asked. */
  private Optional<Candidate> next() {
    int seen = 0;
    for (final Candidate candidate : candidates.values()) {
      if (candidate.state == State.WAITING) {
        return Optional.of(candidate);
      }
      if (candidate.state != State.FAILED && ++seen == context.params().replication()) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private void ask(final Candidate candidate) {
    candidate.state = State.ASKED;
    running++;
    asked++;
    Futures.ignore(
        purpose
            .ask(candidate.peer)
            .whenComplete(
                (answer, failure) -> {
                  running--;
                  if (failure != null) {
                    candidate.state = State.FAILED;
                  } else {
                    candidate.state = State.ANSWERED;
                    answered(candidate.peer, answer);
                  }
                  advance();
                }));
  }

  private void answered(final PeerAddresses peer, final KadMessage answer) {
    if (done.isDone()) {
      return;
    }
    answer.closer().stream().limit(2L * context.params().replication()).forEach(this::consider);
    if (purpose.enough(peer, answer)) {
      finish();
    }
  }

  private void finish() {
    end.ifPresent(Timers.Timer::cancel);
    final List<PeerAddresses> nearest = new ArrayList<>();
    for (final Candidate candidate : candidates.values()) {
      if (candidate.state == State.ANSWERED && nearest.size() < context.params().replication()) {
        nearest.add(candidate.peer);
      }
    }
    done.complete(nearest);
  }
}
