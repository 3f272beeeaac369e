// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.protocols;

import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A stream of messages, each with its length in front, that does not wait for ever: a peer that
 * lets a message wait too long loses the stream.
 */
public final class MessageStream {
  private final Stream stream;
  private final MessageReader reader;
  private final Timers timers;
  private final Duration patience;

  /**
   * Messages over {@code stream}.
   *
   * @param maxSize how many bytes one may have
   * @param patience how long the next one may take
   */
  public MessageStream(
      final Stream stream, final int maxSize, final Timers timers, final Duration patience) {
    this.stream = stream;
    this.timers = timers;
    this.patience = patience;
    reader = new MessageReader(stream, maxSize);
  }

  /** The stream below. */
  public Stream stream() {
    return stream;
  }

  /** Sends {@code message}. */
  public CompletableFuture<Void> send(final byte[] message) {
    return stream.write(MessageReader.frame(message));
  }

  /**
   * The next message.
   *
   * @return fails with {@link MalformedException} if there is none or it is too long, with {@link
   *     StreamException} if it does not come in time; the stream is reset then
   */
  public CompletableFuture<byte[]> next() {
    final CompletableFuture<byte[]> next = new CompletableFuture<>();
    final Timers.Timer deadline =
        timers.after(
            patience,
            () -> {
              next.completeExceptionally(
                  new StreamException("The peer did not answer within " + patience));
              stream.reset();
            });
    Futures.ignore(
        reader
            .next()
            .whenComplete(
                (message, failure) -> {
                  deadline.cancel();
                  if (failure != null) {
                    next.completeExceptionally(Futures.cause(failure));
                  } else if (message.isEmpty()) {
                    next.completeExceptionally(
                        new MalformedException("The peer closed instead of answering"));
                  } else {
                    next.complete(message.get());
                  }
                }));
    return next;
  }

  /** Sends {@code message}, and takes the answer. */
  public CompletableFuture<byte[]> ask(final byte[] message) {
    return send(message).thenCompose(sent -> next());
  }

  /** What comes behind the last message, as a stream. */
  public Stream rest() {
    return new RestStream(stream, reader.rest());
  }

  /** Closes this side; a peer that does not close its own in time loses the stream. */
  public void finish() {
    final Timers.Timer deadline = timers.after(patience, stream::reset);
    Futures.ignore(stream.closed().thenRun(deadline::cancel));
    Futures.ignore(stream.closeWrite());
    Futures.ignore(
        stream
            .read()
            .whenComplete(
                (bytes, failure) -> {
                  if (failure == null && bytes.length > 0) {
                    stream.reset();
                  }
                }));
  }

  /** Sends {@code message} as the last one. */
  public void finish(final byte[] message) {
    Futures.ignore(send(message));
    finish();
  }
}
