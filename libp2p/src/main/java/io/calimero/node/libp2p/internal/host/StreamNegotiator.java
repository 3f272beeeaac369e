// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import io.calimero.node.libp2p.internal.multistream.Negotiation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Agrees on the protocol of a stream, within a time. Runs on the connection's thread. */
final class StreamNegotiator {
  private final RawStream stream;
  private final Negotiation negotiation;
  private final ByteBuf unread = Unpooled.buffer(128);
  private final CompletableFuture<Agreed> agreed = new CompletableFuture<>();

  /**
   * An agreement.
   *
   * @param protocol what was agreed
   * @param unread what came behind it already
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Agreed(String protocol, byte[] unread) {}

  private StreamNegotiator(final RawStream stream, final Negotiation negotiation) {
    this.stream = stream;
    this.negotiation = negotiation;
  }

  static CompletableFuture<Agreed> negotiate(
      final RawStream stream,
      final Negotiation negotiation,
      final Timers timers,
      final Duration within) {
    final StreamNegotiator negotiator = new StreamNegotiator(stream, negotiation);
    final Timers.Timer deadline =
        timers.after(
            within,
            () ->
                negotiator.agreed.completeExceptionally(
                    new StreamException("No protocol was agreed on in time")));
    Futures.ignore(
        negotiator.agreed.whenComplete(
            (ok, failure) -> {
              deadline.cancel();
              if (failure != null) {
                stream.reset();
              }
            }));
    final ByteBuf first = Unpooled.buffer(128);
    negotiation.start(first);
    negotiator.send(first);
    negotiator.next();
    return negotiator.agreed;
  }

  private void next() {
    Futures.ignore(
        stream
            .read()
            .whenComplete(
                (bytes, failure) -> {
                  if (failure != null) {
                    agreed.completeExceptionally(failure);
                  } else if (bytes.length == 0) {
                    agreed.completeExceptionally(
                        new StreamException("The peer closed before a protocol was agreed on"));
                  } else {
                    take(bytes);
                  }
                }));
  }

  private void take(final byte[] bytes) {
    unread.writeBytes(bytes);
    final ByteBuf answer = Unpooled.buffer(128);
    try {
      final var protocol = negotiation.feed(unread, answer);
      send(answer);
      if (protocol.isPresent()) {
        agreed.complete(new Agreed(protocol.get(), array(unread)));
      } else {
        unread.discardReadBytes();
        next();
      }
    } catch (final RuntimeException e) {
      agreed.completeExceptionally(e);
    }
  }

  private void send(final ByteBuf out) {
    if (out.isReadable()) {
      Futures.ignore(stream.write(array(out)));
    }
  }

  private static byte[] array(final ByteBuf buffer) {
    final byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    return bytes;
  }
}
