// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.PeerId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The messages of the last heartbeats, for peers that heard of them by gossip. */
final class MessageCache {
  private static final long MAX_BYTES = 64L << 20;
  private static final int MAX_SENT = 3;

  private final int gossipLength;
  private final Map<ByteString, Entry> messages = new HashMap<>();
  private final Deque<List<ByteString>> windows = new ArrayDeque<>();
  private long bytes;

  private static final class Entry {
    private final GossipMessage message;
    private final Map<PeerId, Integer> sent = new HashMap<>();

    Entry(final GossipMessage message) {
      this.message = message;
    }
  }

  MessageCache(final int length, final int gossipLength) {
    this.gossipLength = gossipLength;
    for (int i = 0; i < length; i++) {
      windows.addFirst(new ArrayList<>());
    }
  }

  void put(final GossipMessage message) {
    // Beyond the bound a message is still passed on, it can only not be asked for.
    if (bytes + message.data().size() <= MAX_BYTES
        && messages.putIfAbsent(message.id(), new Entry(message)) == null) {
      bytes += message.data().size();
      windows.getFirst().add(message.id());
    }
  }

  /** The message, unless {@code peer} had it several times already. */
  Optional<GossipMessage> take(final ByteString id, final PeerId peer) {
    final Entry entry = messages.get(id);
    return entry == null || entry.sent.merge(peer, 1, Integer::sum) > MAX_SENT
        ? Optional.empty()
        : Optional.of(entry.message);
  }

  /** What gossip may tell of {@code topic}. */
  List<ByteString> gossip(final String topic) {
    return windows.stream()
        .limit(gossipLength)
        .flatMap(List::stream)
        .filter(
            id -> {
              final Entry entry = messages.get(id);
              return entry != null && entry.message.topic().equals(topic);
            })
        .toList();
  }

  /** A heartbeat has passed. */
  void shift() {
    for (final ByteString id : windows.removeLast()) {
      final Entry old = messages.remove(id);
      if (old != null) {
        bytes -= old.message.data().size();
      }
    }
    windows.addFirst(new ArrayList<>());
  }
}
