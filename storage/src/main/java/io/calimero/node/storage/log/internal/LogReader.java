// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.files.DiskFile;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.StreamBase;
import io.calimero.node.storage.log.StreamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads entries of a stream in order, checking every one of them. One read uses one of these. */
final class LogReader {
  private static final int WINDOW_MIN = 4 << 10;
  private static final int WINDOW_MAX = 128 << 10;

  private final ReadFiles files;
  private final long logSeed;
  private final StreamId id;
  private final StreamIndex stream;
  private @Nullable Window window;

  /** An entry that is not what the index says. */
  static final class BrokenEntryException extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Damage damage;

    BrokenEntryException(final Damage damage) {
      super(damage.toString());
      this.damage = damage;
    }

    Damage damage() {
      return damage;
    }
  }

  LogReader(
      final ReadFiles files, final long logSeed, final StreamId id, final StreamIndex stream) {
    this.files = files;
    this.logSeed = logSeed;
    this.id = id;
    this.stream = stream;
  }

  /** Reads into the list. */
  void read(final long from, final int maxFrames, final long maxBytes, final List<Frame> into)
      throws IOException, BrokenEntryException {
    final long head = stream.position();
    final long last = head - from < maxFrames ? head : from + maxFrames - 1;
    long bytes = 0;
    long position = from;
    while (position <= last) {
      final StreamIndex.Anchor anchor = stream.anchor(position);
      final long[] locations = walkBack(anchor, position);
      for (int i = 0; i < locations.length && position <= last; i++) {
        final FrameHeader header = header(locations[i], position);
        bytes += header.length();
        if (!into.isEmpty() && bytes > maxBytes) {
          return;
        }
        into.add(frame(locations[i], header));
        position++;
      }
    }
  }

  /** What stands where the stream begins. */
  StreamBase base() throws IOException, BrokenEntryException {
    final long location = stream.baseLocation();
    final FrameHeader header = header(location, stream.base(), Kind.BASE);
    final Frame frame = frame(location, header);
    return new StreamBase(id, header.position(), header.hash(), frame.payload());
  }

  private long[] walkBack(final StreamIndex.Anchor anchor, final long to)
      throws IOException, BrokenEntryException {
    final long[] locations = new long[(int) (anchor.position() - to + 1)];
    long location = anchor.location();
    for (int i = locations.length - 1; i >= 0; i--) {
      locations[i] = location;
      if (i > 0) {
        location = header(location, to + i).previous();
      }
    }
    return locations;
  }

  private FrameHeader header(final long location, final long position)
      throws IOException, BrokenEntryException {
    return header(location, position, Kind.ENTRY);
  }

  private FrameHeader header(final long location, final long position, final Kind kind)
      throws IOException, BrokenEntryException {
    final int offset = Location.offset(location);
    final Window view = window(location);
    final int index = view.at(offset, FrameFormat.HEADER);
    final FrameHeader header = FrameHeader.parse(view.bytes(), index, key(location), offset);
    if (header == null) {
      throw broken(location, position, "its header is broken");
    }
    if (header.position() != position || header.kind() != kind || !header.stream().equals(id)) {
      throw broken(location, position, "another frame stands in its place");
    }
    return header;
  }

  private Frame frame(final long location, final FrameHeader header)
      throws IOException, BrokenEntryException {
    final int offset = Location.offset(location);
    final int length = header.length();
    final CRC32C crc = new CRC32C();
    final Window view = window(location);
    crc.update(view.bytes(), view.at(offset, FrameFormat.HEADER), FrameFormat.H_CHAIN);
    final byte[] payload = new byte[length];
    if (length <= WINDOW_MAX / 2) {
      final int index = view.at((long) offset + FrameFormat.HEADER, length);
      System.arraycopy(view.bytes(), index, payload, 0, length);
    } else {
      files
          .get(Location.segment(location))
          .read(ByteBuffer.wrap(payload), (long) offset + FrameFormat.HEADER);
    }
    crc.update(payload);
    FrameFormat.pad(crc, length);
    if ((int) crc.getValue() != header.chain()) {
      throw broken(location, header.position(), "its checksum does not match");
    }
    return new Frame(id, header.position(), header.prior(), header.hash(), Bytes.wrap(payload));
  }

  private Window window(final long location) throws IOException {
    final DiskFile file = files.get(Location.segment(location));
    final Window known = window;
    if (known == null) {
      final Window opened = new Window(file, WINDOW_MIN, WINDOW_MAX);
      window = opened;
      return opened;
    }
    known.use(file);
    return known;
  }

  private long key(final long location) {
    return FrameFormat.segmentKey(logSeed, Location.segment(location));
  }

  private BrokenEntryException broken(final long location, final long position, final String what) {
    return new BrokenEntryException(
        new Damage(
            id,
            position,
            Location.segment(location),
            Location.offset(location),
            "entry " + position + " is broken: " + what));
  }

  /** What the log throws when an entry turns out to be broken. */
  static LogException damaged(final Damage damage) {
    return new LogException(Code.DAMAGED, damage.toString());
  }
}
