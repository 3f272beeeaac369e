// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.StreamId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which streams there are, as far as durable: written by one thread, read by all. */
final class LogIndex {
  private final Map<StreamId, StreamIndex> streams = new ConcurrentHashMap<>();
  private final Map<StreamId, Damage> damage = new ConcurrentHashMap<>();

  Map<StreamId, StreamIndex> streams() {
    return streams;
  }

  Map<StreamId, Damage> damage() {
    return damage;
  }

  @Nullable StreamIndex stream(final StreamId id) {
    return streams.get(id);
  }

  /** Where the stream's last frame is. */
  long location(final StreamId id) {
    final StreamIndex stream = streams.get(id);
    return stream == null ? Location.NONE : stream.location();
  }

  /** Takes in a frame that has just become durable. */
  void apply(final FrameRecord frame, final long location) {
    switch (frame.kind()) {
      case ENTRY ->
          streams
              .computeIfAbsent(frame.stream(), id -> new StreamIndex())
              .append(frame.hash(), location);
      case BASE ->
          streams.put(frame.stream(), StreamIndex.behind(frame.position(), frame.hash(), location));
      case END -> {
        streams.remove(frame.stream());
        damage.remove(frame.stream());
      }
      case CUT -> damage.remove(frame.stream());
      case NOTE -> {
        // It tells later openings what this one knows already.
      }
    }
  }
}
