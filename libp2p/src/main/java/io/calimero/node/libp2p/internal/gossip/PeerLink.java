// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.protocols.MessageReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
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
  private final Runnable lostStream;
  private final Deque<Frame> queue = new ArrayDeque<>();
  private Optional<Stream> stream = Optional.empty();
  private int queued;
  private boolean writing;
  private boolean hadStream;
  private long lost;

  /** What one write sends; it is tried once more on another stream when its own has ended. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Frame(byte[] bytes, boolean again) {}

  /** A link without a stream; {@code lostStream} is told when it has lost the one it had. */
  PeerLink(final Executor owner, final Runnable lostStream) {
    this.owner = owner;
    this.lostStream = lostStream;
  }

  boolean isOpen() {
    return stream.isPresent();
  }

  /** Sends on this stream from now on; tells whether there was another one before. */
  boolean open(final Stream opened) {
    final boolean again = hadStream;
    hadStream = true;
    stream = Optional.of(opened);
    Futures.ignore(opened.closed().thenRun(() -> owner.execute(() -> closed(opened))));
    next();
    return again;
  }

  private void closed(final Stream over) {
    // Streams are equal only to themselves.
    if (stream.filter(over::equals).isPresent()) {
      stream = Optional.empty();
      writing = false;
      lostStream.run();
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
    queue.add(new Frame(frame, false));
    queued += frame.length;
    next();
  }

  private void next() {
    if (writing || queue.isEmpty() || stream.isEmpty()) {
      return;
    }
    writing = true;
    final Stream to = stream.get();
    final Frame frame = queue.remove();
    Futures.ignore(
        to.write(frame.bytes)
            .whenComplete((ok, failure) -> owner.execute(() -> written(to, frame, failure))));
  }

  private void written(final Stream to, final Frame frame, final @Nullable Throwable failure) {
    if (failure != null && !frame.again) {
      queue.addFirst(new Frame(frame.bytes, true));
    } else {
      queued = Math.max(0, queued - frame.bytes.length);
    }
    // The next stream may be there before the last one's failure is told.
    if (stream.filter(to::equals).isPresent()) {
      writing = false;
      if (failure == null) {
        next();
      }
    } else {
      next();
    }
  }
}
