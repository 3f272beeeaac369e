// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import io.calimero.node.events.Entry;
import io.calimero.node.storage.log.LogCursor;
import io.calimero.node.storage.log.RawFrame;
import io.calimero.node.storage.log.StreamId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the log on the disk holds, read without the node. */
final class LogAudit {
  private static final int PAGE = 1000;

  private LogAudit() {}

  /**
   * A call in the log.
   *
   * @param position where
   * @param entryHash of its entry
   * @param transaction its hash
   * @param method what was called
   * @param arguments with what
   */
  record Logged(
      long position, String entryHash, String transaction, String method, String arguments) {}

  /** All frames of a home, in the order of the log. */
  static List<RawFrame> frames(final Path home) {
    final List<RawFrame> frames = new ArrayList<>();
    try (LogCursor cursor = LogCursor.open(home.resolve("log"))) {
      for (List<RawFrame> page = cursor.next(PAGE); !page.isEmpty(); page = cursor.next(PAGE)) {
        frames.addAll(page);
      }
    }
    return frames;
  }

  /** The calls that a home has logged, by context. */
  static Map<String, List<Logged>> calls(final Path home) {
    final Map<String, List<Logged>> calls = new HashMap<>();
    try (LogCursor cursor = LogCursor.open(home.resolve("log"))) {
      for (List<RawFrame> page = cursor.next(PAGE); !page.isEmpty(); page = cursor.next(PAGE)) {
        for (final RawFrame frame : page) {
          add(cursor, frame, calls);
        }
      }
    }
    return calls;
  }

  private static void add(
      final LogCursor cursor, final RawFrame frame, final Map<String, List<Logged>> calls) {
    if (frame.kind() != RawFrame.Kind.ENTRY
        || frame.stream().filter(stream -> !stream.equals(StreamId.JOURNAL)).isEmpty()) {
      return;
    }
    final Entry.Signed signed =
        Entry.Logged.CODEC.decode(cursor.payload(frame).orElseThrow().toByteArray()).signed();
    if (signed.entry().payload() instanceof Entry.Executed executed) {
      calls
          .computeIfAbsent(signed.entry().context().toString(), _ -> new ArrayList<>())
          .add(
              new Logged(
                  signed.entry().position(),
                  signed.hash().toString(),
                  executed.transaction().hash().toString(),
                  executed.transaction().transaction().method(),
                  new String(
                      executed.transaction().transaction().arguments().toByteArray(),
                      StandardCharsets.UTF_8)));
    }
  }
}
