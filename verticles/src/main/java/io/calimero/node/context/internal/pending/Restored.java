// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.records.RecordFile;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a file of pending transactions holds when it is opened. */
final class Restored {
  private static final Logger LOG = LoggerFactory.getLogger(PendingPool.class);

  private Restored() {}

  /**
   * A record.
   *
   * @param size its bytes in the file
   */
  record Found(PendingRecord record, int size) {}

  /** The records that can be read, in their order; what cannot is told in the log. */
  static List<Found> of(final RecordFile.Contents contents) {
    contents
        .damage()
        .ifPresent(
            what ->
                LOG.error(
                    "the file of pending transactions is damaged, a copy is kept beside it; {}."
                        + " Transactions that waited there may never be ordered",
                    what));
    if (contents.torn() > 0) {
      LOG.info("{} bytes of an unfinished write of pending transactions cut", contents.torn());
    }
    final List<Found> found = new ArrayList<>();
    contents
        .records()
        .forEach(
            each -> {
              final byte[] stored = each.unsafeArray();
              try {
                found.add(new Found(PendingRecord.CODEC.decode(stored), stored.length));
              } catch (final MalformedException e) {
                LOG.error("a record of pending transactions cannot be read: {}", e.getMessage());
              }
            });
    return found;
  }
}
