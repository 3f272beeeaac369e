// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.log;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.JournalEvent;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.log.LogCursor;
import io.calimero.node.storage.log.RawFrame;
import io.calimero.node.storage.log.StreamId;
import java.util.Objects;
import java.util.Optional;

/** What a frame of the log says. */
public sealed interface Contents {
  /**
   * An entry of a context.
   *
   * @param logged the entry with its outcome
   */
  record OfContext(Entry.Logged logged) implements Contents {}

  /**
   * An entry of the node's own journal.
   *
   * @param event what happened
   */
  record OfJournal(JournalEvent event) implements Contents {}

  /**
   * No entry: the end of a stream, a repair, a note.
   *
   * @param what in words
   */
  record Mark(String what) implements Contents {}

  /**
   * Bytes that say nothing, or not what they should.
   *
   * @param problem in words
   */
  record Broken(String problem) implements Contents {}

  /** Reads a frame that the cursor gave. */
  static Contents of(final LogCursor cursor, final RawFrame frame) {
    if (!frame.isWhole()) {
      return new Broken(frame.problem());
    }
    return switch (frame.kind()) {
      case ENTRY -> entry(frame, cursor.payload(frame).orElse(Bytes.EMPTY));
      case END -> new Mark("the end of the stream: it was deleted");
      case CUT -> new Mark("a repair: the stream goes on from here");
      case BASE -> new Mark("the context begins behind this position on this node");
      case NOTE -> new Mark("a note of the log to itself");
      case UNREADABLE -> new Broken("nothing can be told of these bytes");
    };
  }

  private static Contents entry(final RawFrame frame, final Bytes payload) {
    try {
      if (frame.stream().filter(StreamId.JOURNAL::equals).isPresent()) {
        return new OfJournal(JournalEvent.CODEC.decode(payload.unsafeArray()));
      }
      final Entry.Logged logged = Entry.Logged.CODEC.decode(payload.unsafeArray());
      return mismatch(frame, logged).<Contents>map(Broken::new).orElse(new OfContext(logged));
    } catch (final MalformedException e) {
      return new Broken("not an entry: " + Objects.requireNonNullElse(e.getMessage(), "malformed"));
    }
  }

  private static Optional<String> mismatch(final RawFrame frame, final Entry.Logged logged) {
    final Hash context = logged.entry().context().hash();
    final boolean same =
        logged.signed().hash().equals(frame.hash())
            && logged.entry().position() == frame.position()
            && frame.stream().filter(stream -> stream.hash().equals(context)).isPresent();
    if (!same) {
      return Optional.of("it is another entry than its frame says");
    }
    return logged.outcomeMatches()
        ? Optional.empty()
        : Optional.of("its outcome is not the one that the entry names");
  }
}
