// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the log ends, as far as its last segment tells.
 *
 * <p>Every frame says up to where the segment had been forced when it was written, so whatever
 * stands before the largest such offset was whole once: if it is not now, that is corruption. What
 * stands behind belongs to the last write, of which a crash may leave any part: it is cut from its
 * first unfinished group on.
 *
 * @param end behind the last frame that counts
 * @param chain the chain value there
 * @param boundary up to where the segment is known to have been forced
 * @param torn whether something stands behind the end
 */
record Tail(int end, int chain, int boundary, boolean torn) {

  private record Candidate(int at, int cut, int chain) {}

  /** Reads the last segment through the scanner. */
  static Tail find(final SegmentScanner scanner, final int acknowledged) throws IOException {
    final List<Candidate> candidates = new ArrayList<>();
    int boundary = acknowledged;
    int groupStart = scanner.offset();
    int groupChain = scanner.chain();
    boolean inGroup = false;
    while (true) {
      final int offset = scanner.offset();
      final int chain = scanner.chain();
      final Item item = scanner.next();
      if (item == null) {
        break;
      }
      if (!inGroup) {
        groupStart = Math.min(offset, item.offset());
        groupChain = chain;
      }
      if (item instanceof Item.Good good) {
        boundary = Math.max(boundary, good.header().forced());
        inGroup = good.header().more();
      } else {
        candidates.add(new Candidate(item.offset(), groupStart, groupChain));
        inGroup = false;
      }
    }
    if (inGroup) {
      candidates.add(new Candidate(scanner.offset(), groupStart, groupChain));
    }
    for (final Candidate candidate : candidates) {
      if (candidate.at() >= boundary) {
        return new Tail(candidate.cut(), candidate.chain(), boundary, true);
      }
    }
    return new Tail(scanner.offset(), scanner.chain(), boundary, false);
  }
}
