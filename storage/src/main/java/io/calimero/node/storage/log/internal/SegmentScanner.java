// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.DiskFile;
import java.io.IOException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the frames of one segment. Where the bytes are not a whole frame it finds the next
 * one, by trailer or header, and says what lies between.
 */
final class SegmentScanner {
  private final Window window;
  private final long key;
  private final int limit;
  private final int mustReach;
  private int offset;
  private int chain;
  private boolean chainKnown = true;
  private Item.@Nullable Bad next;

  /**
   * A scanner of a segment.
   *
   * @param key the segment's, see {@link FrameFormat#segmentKey}
   * @param offset where to begin: where a frame begins
   * @param chain the chain value there
   * @param limit where frames end at the latest
   * @param mustReach up to where there must be frames, 0 if that is not known
   */
  SegmentScanner(
      final DiskFile file,
      final long key,
      final int offset,
      final int chain,
      final int limit,
      final int mustReach) {
    window = Window.scanning(file);
    this.key = key;
    this.offset = offset;
    this.chain = chain;
    this.limit = limit;
    this.mustReach = Math.min(mustReach, limit);
  }

  /** Takes any chain value for the first frame. */
  SegmentScanner withoutChain() {
    chainKnown = false;
    return this;
  }

  /** Where the next item begins. */
  int offset() {
    return offset;
  }

  /** The chain value before the next frame. */
  int chain() {
    return chain;
  }

  /** Looks at the file anew, for one that grows. */
  void refresh() {
    window.forget();
  }

  /** The next item, or nothing where only zeros follow. */
  @Nullable Item next() throws IOException {
    final Item.Bad found = next;
    if (found != null) {
      next = null;
      return found;
    }
    if (limit - offset < FrameFormat.FRAME_MIN) {
      return rest(nonZero(offset));
    }
    final FrameHeader header = header(offset);
    if (header != null && header.total() <= limit - offset) {
      return frame(header);
    }
    final int nonZero = nonZero(offset);
    return nonZero < 0 ? rest(nonZero) : resynchronise(nonZero);
  }

  private @Nullable Item rest(final int nonZero) throws IOException {
    if (nonZero >= 0) {
      return hole(offset, Math.max(mustReach, endOfNonZero()), "bytes that are no frame");
    }
    return offset < mustReach ? hole(offset, mustReach, "nothing where there were entries") : null;
  }

  private Item.Hole hole(final int from, final int to, final String what) {
    offset = to;
    chainKnown = false;
    return new Item.Hole(from, to, what);
  }

  private @Nullable FrameHeader header(final int at) throws IOException {
    final int index = window.at(at, FrameFormat.HEADER);
    return FrameHeader.parse(window.bytes(), index, key, at);
  }

  private @Nullable FrameTrailer trailer(final int at) throws IOException {
    final int index = window.at(at, FrameFormat.TRAILER);
    return FrameTrailer.parse(window.bytes(), index, key, at);
  }

  private Item frame(final FrameHeader header) throws IOException {
    final int from = offset;
    final String wrong = check(header);
    offset = from + header.total();
    chain = header.chain();
    chainKnown = true;
    return wrong.isEmpty()
        ? new Item.Good(from, header)
        : new Item.Bad(from, offset, header.stream(), header.position(), header.kind(), wrong);
  }

  /** What is wrong with the frame, or nothing. */
  private String check(final FrameHeader header) throws IOException {
    if (chainKnown && header.priorChain() != chain) {
      return "it does not continue what stands before it";
    }
    if (payloadChain(header) != header.chain()) {
      return "its checksum does not match";
    }
    final FrameTrailer trailer = trailer(offset + header.total() - FrameFormat.TRAILER);
    if (trailer == null
        || trailer.length() != header.length()
        || trailer.chain() != header.chain()
        || trailer.position() != header.position()
        || !trailer.stream().equals(header.stream())) {
      return "its trailer is broken";
    }
    return "";
  }

  private int payloadChain(final FrameHeader header) throws IOException {
    final CRC32C crc = new CRC32C();
    final int index = window.at(offset, FrameFormat.HEADER);
    crc.update(window.bytes(), index, FrameFormat.H_CHAIN);
    int at = offset + FrameFormat.HEADER;
    int left = FrameFormat.padded(header.length());
    while (left > 0) {
      final int part = Math.min(left, 1 << 16);
      final int from = window.at(at, part);
      crc.update(window.bytes(), from, part);
      at += part;
      left -= part;
    }
    return (int) crc.getValue();
  }

  private Item resynchronise(final int firstNonZero) throws IOException {
    final int from = offset;
    // A frame's own trailer can stand no nearer to its start than this.
    int at = Math.max(from + 8, Math.min(firstNonZero & ~7, limit) - FrameFormat.TRAILER);
    at = Math.max(from + 8, at & ~7);
    for (; at <= limit - FrameFormat.TRAILER; at += 8) {
      final FrameTrailer trailer = trailer(at);
      if (trailer != null) {
        final int start = at + FrameFormat.TRAILER - FrameFormat.total(trailer.length());
        if (start >= from) {
          return damaged(from, start, at + FrameFormat.TRAILER, trailer);
        }
      }
      if (limit - at >= FrameFormat.FRAME_MIN && header(at) != null) {
        return hole(from, at, "bytes that are no frame");
      }
    }
    return hole(from, Math.max(mustReach, endOfNonZero()), "bytes that are no frame");
  }

  private Item damaged(final int from, final int start, final int end, final FrameTrailer trailer) {
    final Item.Bad bad =
        new Item.Bad(
            start,
            end,
            trailer.stream(),
            trailer.position(),
            trailer.kind(),
            "its header is broken");
    offset = end;
    chain = trailer.chain();
    chainKnown = true;
    if (start == from) {
      return bad;
    }
    next = bad;
    return new Item.Hole(from, start, "bytes that are no frame");
  }

  private int nonZero(final int from) throws IOException {
    int at = from;
    while (at < limit) {
      final int part = Math.min(limit - at, 1 << 16);
      final int index = window.at(at, part);
      final byte[] bytes = window.bytes();
      int i = 0;
      for (; i + 8 <= part; i += 8) {
        if (Le.getLong(bytes, index + i) != 0) {
          return at + i;
        }
      }
      for (; i < part; i++) {
        if (bytes[index + i] != 0) {
          return at + i;
        }
      }
      at += part;
    }
    return -1;
  }

  /** Behind the last byte that is not zero, up to a multiple of 8. */
  private int endOfNonZero() throws IOException {
    int end = offset;
    int at = nonZero(offset);
    while (at >= 0) {
      end = Math.min(limit, (at & ~7) + 8);
      at = nonZero(end);
    }
    return end;
  }
}
