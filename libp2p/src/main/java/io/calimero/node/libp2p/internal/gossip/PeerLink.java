// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.protocols.MessageReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one peer: what is to be sent waits here, up to a bound, until the stream takes it. A
 * slow peer loses messages, not this host its memory; gossip lets it catch up. For one thread.
 */
final class PeerLink {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final int MAX_QUEUED = 8 << 20;

  private final Executor owner;
  private final Deque<byte[]> queue = new ArrayDeque<>();
  private Optional<Stream> stream = Optional.empty();
  private int queued;
  private boolean writing;
  private long lost;

  PeerLink(final Executor owner) {
    this.owner = owner;
  }

  boolean isOpen() {
    return stream.isPresent();
  }

  void open(final Stream opened) {
    stream = Optional.of(opened);
    Futures.ignore(opened.closed().thenRun(() -> owner.execute(() -> closed(opened))));
    next();
  }

  private void closed(final Stream over) {
    // Streams are equal only to themselves.
    if (stream.filter(over::equals).isPresent()) {
      stream = Optional.empty();
      writing = false;
    }
  }

  void close() {
    stream.ifPresent(Stream::reset);
    stream = Optional.empty();
    queue.clear();
    queued = 0;
  }

  void send(final Rpc rpc) {
    final byte[] frame = MessageReader.frame(RpcCodec.encode(rpc));
    if (queued > 0 && queued + frame.length > MAX_QUEUED) {
      if (lost++ == 0) {
        LOG.debug("A peer is too slow and loses messages");
      }
      return;
    }
    queue.add(frame);
    queued += frame.length;
    next();
  }

  private void next() {
    if (writing || queue.isEmpty() || stream.isEmpty()) {
      return;
    }
    writing = true;
    final byte[] frame = queue.remove();
    Futures.ignore(
        stream
            .get()
            .write(frame)
            .whenComplete(
                (ok, failure) ->
                    owner.execute(
                        () -> {
                          writing = false;
                          queued = Math.max(0, queued - frame.length);
                          if (failure == null) {
                            next();
                          }
                        })));
  }
}
