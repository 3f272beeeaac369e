// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.EventLoopTimers;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.protocols.MessageReader;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams on which peers ask: each may bring several requests, one after the other, and is
 * reset when the next one does not come in time. For one thread.
 */
final class KadStreams {
  private static final Logger LOG = LoggerFactory.getLogger(KadStreams.class);
  private static final int MAX_OF_A_PEER = 32;
  private static final int MAX_IN_ALL = 1024;

  /** Round a value there is its key, twice, and a few addresses. */
  private static final int AROUND_A_VALUE = 16 * 1024;

  private final KadRouter router;
  private final KadParams params;
  private final EventLoopTimers loop;
  private final Set<Stream> open = new LinkedHashSet<>();
  private final Map<PeerId, Integer> perPeer = new HashMap<>();
  private boolean closed;

  KadStreams(final KadRouter router, final KadParams params, final EventLoopTimers loop) {
    this.router = router;
    this.params = params;
    this.loop = loop;
  }

  /** Takes a stream that a peer has opened. */
  void serve(final Stream stream) {
    loop.execute(() -> take(stream));
  }

  private void take(final Stream stream) {
    final PeerId peer = stream.connection().remotePeer();
    if (closed || open.size() >= MAX_IN_ALL || perPeer.getOrDefault(peer, 0) >= MAX_OF_A_PEER) {
      stream.reset();
      return;
    }
    open.add(stream);
    perPeer.merge(peer, 1, Integer::sum);
    Futures.ignore(stream.closed().thenRun(() -> loop.execute(() -> ended(peer, stream))));
    next(stream, new MessageReader(stream, params.maxValueBytes() + AROUND_A_VALUE));
  }

  private void ended(final PeerId peer, final Stream stream) {
    if (open.remove(stream)) {
      perPeer.computeIfPresent(peer, (id, count) -> count > 1 ? count - 1 : null);
    }
  }

  private void next(final Stream stream, final MessageReader reader) {
    final Timers.Timer limit = loop.after(params.requestTime(), stream::reset);
    Futures.ignore(
        reader
            .next()
            .thenCompose(bytes -> answer(stream, bytes))
            .whenComplete(
                (more, failure) ->
                    loop.later(
                        () -> {
                          limit.cancel();
                          if (failure != null) {
                            LOG.debug("A request failed: {}", Futures.cause(failure).toString());
                            stream.reset();
                          } else if (more) {
                            next(stream, reader);
                          }
                        })));
  }

  /** Answers a request; false at the end of the stream. */
  private CompletableFuture<Boolean> answer(final Stream stream, final Optional<byte[]> bytes) {
    if (bytes.isEmpty()) {
      return stream.closeWrite().thenApply(done -> false);
    }
    final CompletableFuture<Boolean> answered = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            final Optional<KadMessage> answer =
                router.receive(stream.connection().remotePeer(), KadCodec.decode(bytes.get()));
            HostTransport.forward(
                answer.isEmpty()
                    ? CompletableFuture.completedFuture(true)
                    : stream
                        .write(MessageReader.frame(KadCodec.encode(answer.get())))
                        .thenApply(sent -> true),
                answered);
          } catch (final Libp2pException e) {
            answered.completeExceptionally(e);
          }
        });
    return answered;
  }

  /** Ends all streams and takes no more. */
  void close() {
    closed = true;
    Set.copyOf(open).forEach(Stream::reset);
  }
}
