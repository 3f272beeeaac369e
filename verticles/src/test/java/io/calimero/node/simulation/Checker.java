// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.storage.log.Frame;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must hold, whatever happens: one entry and one state root for each position, nothing that
 * was acknowledged is lost, nothing is there twice, nothing is there that was refused.
 */
final class Checker {
  /** Answers that say that nothing was done. */
  private static final Set<Code> REFUSALS =
      EnumSet.of(
          Code.PEER_UNREACHABLE, Code.STORAGE_FULL, Code.UNAUTHORIZED, Code.CONTEXT_NOT_FOUND);

  private final Map<Long, Hash> entries = new HashMap<>();
  private final Map<Long, Hash> roots = new HashMap<>();
  private final SortedMap<String, Written> acknowledged = new TreeMap<>();
  private final SortedMap<String, Code> refused = new TreeMap<>();
  private Optional<String> violation = Optional.empty();
  private int answers;

  /** The first thing that was wrong. */
  Optional<String> violation() {
    return violation;
  }

  int acknowledgedCount() {
    return acknowledged.size();
  }

  int answers() {
    return answers;
  }

  void violated(final String what) {
    if (violation.isEmpty()) {
      violation = Optional.of(what);
    }
  }

  void thrown(final Throwable bug) {
    final StringWriter text = new StringWriter();
    bug.printStackTrace(new PrintWriter(text));
    violated("something was thrown that nobody expects: " + text);
  }

  /** A node says that it has these entries on disk. */
  void committed(final String peer, final Committed notice) {
    notice.entries().forEach(logged -> entry(peer, logged.signed()));
  }

  private void entry(final String peer, final Entry.Signed signed) {
    final long position = signed.entry().position();
    final Hash known = entries.putIfAbsent(position, signed.hash());
    if (known != null && !known.equals(signed.hash())) {
      violated(
          peer + " has entry " + signed.hash() + " at position " + position + ", not " + known);
    }
  }

  /** A node says that this is its state. */
  void state(final String peer, final State state) {
    final Hash known = roots.putIfAbsent(state.head().position(), state.root());
    if (known != null && !known.equals(state.root())) {
      violated(
          peer
              + " has root "
              + state.root()
              + " at position "
              + state.head().position()
              + ", not "
              + known);
    }
  }

  /** A client was told that its write is done. */
  void acknowledged(final String text, final Written written) {
    answers++;
    acknowledged.put(text, written);
  }

  /** A client was told that its write is not done, or may not be. */
  void refused(final String text, final Code why) {
    answers++;
    if (REFUSALS.contains(why)) {
      refused.put(text, why);
    }
  }

  /** The log of a node at the end. */
  void log(final String peer, final List<Frame> frames) {
    final Map<String, Integer> times = new HashMap<>();
    final Map<String, Entry.Logged> found = new HashMap<>();
    for (final Frame frame : frames) {
      final Entry.Logged logged = Entry.Logged.CODEC.decode(frame.payload().unsafeArray());
      entry(peer, logged.signed());
      if (logged.entry().payload() instanceof final Entry.Executed executed) {
        final String text = executed.transaction().transaction().arguments().toUtf8();
        times.merge(text, 1, Integer::sum);
        found.put(text, logged);
      }
    }
    new TreeMap<>(times)
        .forEach(
            (text, count) -> {
              if (count > 1) {
                violated("the log of " + peer + " has the write " + text + " " + count + " times");
              }
              if (refused.containsKey(text)) {
                violated(
                    text
                        + " is in the log of "
                        + peer
                        + ", yet it was refused: "
                        + refused.get(text));
              }
            });
    acknowledged.forEach(
        (text, written) -> {
          final Entry.Logged logged = found.get(text);
          if (logged == null) {
            violated("the write " + text + " was acknowledged, and is lost at " + peer);
          } else if (logged.entry().position() != written.position()
              || !logged.signed().hash().equals(written.entryHash())) {
            violated("the write " + text + " is at another place at " + peer);
          }
        });
  }
}
