// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.StreamId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the index out of what a scan finds, and finds out which streams lost something.
 *
 * <p>A stream is whole when its positions, hashes and previous locations fit together up to its
 * head. Bytes that nobody can read are held against every stream whose last frame stands before
 * them, unless it is known whose they were.
 */
final class IndexBuilder {
  private final LogIndex index;
  private final List<Place> holes = new ArrayList<>();
  private final Map<StreamId, Long> proven = new HashMap<>();
  private final Set<StreamId> ended = new HashSet<>();
  private final List<String> remarks = new ArrayList<>();
  private final NoteReader notes;
  private long frames;

  /** Reads the payload of a note. */
  interface NoteReader {
    HoleNote read(long segment, Item.Good item) throws IOException;
  }

  /** A hole and its segment. */
  record Place(long segment, Item.Hole hole) {
    long from() {
      return Location.of(segment, hole.offset());
    }

    boolean holds(final long location) {
      return Location.segment(location) == segment
          && Location.offset(location) >= hole.offset()
          && Location.offset(location) < hole.end();
    }
  }

  IndexBuilder(final LogIndex index, final NoteReader notes) {
    this.index = index;
    this.notes = notes;
  }

  long frames() {
    return frames;
  }

  List<String> remarks() {
    return remarks;
  }

  /** The holes of which it is not known whose entries they held. */
  List<Place> holes() {
    return holes;
  }

  void accept(final long segment, final Item item) throws IOException {
    switch (item) {
      case Item.Good good -> good(segment, good);
      case Item.Bad bad -> bad(segment, bad);
      case Item.Hole hole -> holes.add(new Place(segment, hole));
    }
  }

  private void good(final long segment, final Item.Good item) throws IOException {
    frames++;
    final StreamId stream = item.header().stream();
    switch (item.header().kind()) {
      case ENTRY -> entry(segment, item);
      case BASE -> base(segment, item);
      case END -> {
        index.streams().remove(stream);
        index.damage().remove(stream);
        proven.remove(stream);
        ended.add(stream);
      }
      case CUT -> cut(segment, item);
      case NOTE -> note(notes.read(segment, item));
    }
  }

  private void entry(final long segment, final Item.Good item) {
    final FrameHeader header = item.header();
    final StreamId id = header.stream();
    final StreamIndex stream = index.stream(id);
    if (header.position() == 1
        && header.previous() == Location.NONE
        && header.prior().equals(Hash.ZERO)) {
      restart(segment, item, stream != null || index.damage().containsKey(id));
    } else if (!index.damage().containsKey(id)) {
      if (stream != null && stream.follows(header)) {
        stream.append(header.hash(), Location.of(segment, item.offset()));
      } else {
        gap(segment, item, stream == null ? 0 : stream.position());
      }
    }
  }

  /** A stream begins only when there is none: if there was one, the record of its end is lost. */
  private void restart(final long segment, final Item.Good item, final boolean known) {
    final StreamIndex stream = new StreamIndex();
    stream.append(item.header().hash(), Location.of(segment, item.offset()));
    begins(segment, item, known, stream);
  }

  /** A stream that begins behind its first entry. */
  private void base(final long segment, final Item.Good item) {
    final FrameHeader header = item.header();
    final StreamId id = header.stream();
    begins(
        segment,
        item,
        index.stream(id) != null || index.damage().containsKey(id),
        StreamIndex.behind(header.position(), header.hash(), Location.of(segment, item.offset())));
  }

  private void begins(
      final long segment, final Item.Good item, final boolean known, final StreamIndex stream) {
    final StreamId id = item.header().stream();
    if (known) {
      index.damage().remove(id);
      remarks.add(
          "stream "
              + id
              + " begins anew in segment "
              + segment
              + " at offset "
              + item.offset()
              + ": the record that it had ended is unreadable");
    }
    index.streams().put(id, stream);
    ended.remove(id);
  }

  private void gap(final long segment, final Item.Good item, final long have) {
    final FrameHeader header = item.header();
    final String what =
        header.position() > have + 1
            ? "entries " + (have + 1) + " to " + (header.position() - 1) + " are missing"
            : "entry " + header.position() + " does not continue the chain";
    Place in = new Place(segment, new Item.Hole(item.offset(), item.end(), what));
    for (final Place hole : List.copyOf(holes)) {
      if (hole.holds(header.previous())) {
        in = hole;
        explainedByOne(hole, header.previous());
      }
    }
    damage(header.stream(), have + 1, in.segment(), in.hole().offset(), what);
  }

  /** A hole with room for one frame only held the one that is missed here. */
  private void explainedByOne(final Place hole, final long location) {
    if (location == hole.from()
        && hole.hole().end() - hole.hole().offset() < 2 * FrameFormat.FRAME_MIN) {
      holes.remove(hole);
    }
  }

  private void cut(final long segment, final Item.Good item) {
    final FrameHeader header = item.header();
    final StreamIndex stream = index.stream(header.stream());
    if (stream == null || stream.position() < header.position()) {
      damage(
          header.stream(),
          stream == null ? 1 : stream.position() + 1,
          segment,
          item.offset(),
          "a repair kept entries up to " + header.position() + ", some of them are missing now");
      return;
    }
    stream.cut(header.position(), header.hash(), header.previous());
    index.damage().remove(header.stream());
    proven.put(header.stream(), Location.of(segment, item.offset()));
  }

  private void note(final HoleNote note) {
    final boolean known =
        holes.removeIf(
            place ->
                place.segment() == note.segment()
                    && place.hole().offset() == note.from()
                    && place.hole().end() == note.to());
    if (known) {
      note.lost().forEach((id, position) -> lost(id, position, note.segment(), note.from()));
    }
  }

  private void lost(final StreamId id, final long position, final long segment, final int offset) {
    final StreamIndex stream = index.stream(id);
    final long have = stream == null ? 0 : stream.position();
    damage(id, have + 1, segment, offset, "acknowledged entry " + position + " was lost");
  }

  private void bad(final long segment, final Item.Bad item) {
    if (item.kind() == Kind.NOTE) {
      remarks.add(
          "an internal note is unreadable in segment " + segment + " at offset " + item.offset());
      return;
    }
    final StreamIndex stream = index.stream(item.stream());
    final long have = stream == null ? 0 : stream.position();
    final String what =
        switch (item.kind()) {
          case ENTRY -> "entry " + item.position() + " is broken: " + item.what();
          case BASE -> "where it begins is broken: " + item.what();
          case END -> "the record of its deletion is broken: " + item.what();
          default -> "the record of its repair is broken: " + item.what();
        };
    damage(item.stream(), have + 1, segment, item.offset(), what);
  }

  private void damage(
      final StreamId id,
      final long position,
      final long segment,
      final int offset,
      final String what) {
    index.damage().putIfAbsent(id, new Damage(id, position, segment, offset, what));
  }

  /**
   * Ends the building: lays the bytes that are still unexplained at the door of those it must.
   *
   * @param remembered the index as a checkpoint has it, which may know streams that left no trace
   * @return the holes that the acknowledgements explained, to be noted in the log
   */
  List<HoleNote> finish(final Acknowledged acknowledged, final LogIndex remembered) {
    final List<HoleNote> noted = new ArrayList<>();
    for (final Place hole : holes) {
      final Map<StreamId, Long> lost = acknowledged.lostIn(hole, index);
      if (lost.isEmpty()) {
        suspectAll(hole);
        remembered.streams().forEach((id, stream) -> missed(id, stream.position(), hole));
        acknowledged.heads().forEach((id, position) -> missed(id, position, hole));
      } else {
        lost.forEach((id, p) -> lost(id, p, hole.segment(), hole.hole().offset()));
        noted.add(new HoleNote(hole.segment(), hole.hole().offset(), hole.hole().end(), lost));
      }
    }
    return noted;
  }

  /** A stream that had more entries than are left, and neither ended nor was repaired since. */
  private void missed(final StreamId id, final long position, final Place hole) {
    final StreamIndex stream = index.stream(id);
    final long have = stream == null ? 0 : stream.position();
    if (have < position && !ended.contains(id) && !proven.containsKey(id)) {
      lost(id, position, hole.segment(), hole.hole().offset());
    }
  }

  private void suspectAll(final Place hole) {
    final String where =
        "segment "
            + hole.segment()
            + ", offsets "
            + hole.hole().offset()
            + " to "
            + hole.hole().end();
    remarks.add(where + ": " + hole.hole().what());
    index
        .streams()
        .forEach(
            (id, stream) -> {
              if (Math.max(stream.location(), proven.getOrDefault(id, 0L)) < hole.from()) {
                damage(
                    id,
                    stream.position() + 1,
                    hole.segment(),
                    hole.hole().offset(),
                    "it cannot be proven whole: "
                        + hole.hole().what()
                        + ", which may have held its next entries");
              }
            });
  }
}
