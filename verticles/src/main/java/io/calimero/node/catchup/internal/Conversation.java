// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.messages.NetworkMessages.CloseStream;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Receive;
import io.calimero.node.events.messages.NetworkMessages.Received;
import io.calimero.node.events.messages.NetworkMessages.Send;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.events.peers.PeerMessage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Messages on a stream. */
final class Conversation {
  /** For so long whoever is listened to may be silent. */
  static final int WAIT_MILLIS = 15_000;

  private final Commands commands;
  private final OpenedStream stream;

  Conversation(final Commands commands, final OpenedStream stream) {
    this.commands = commands;
    this.stream = stream;
  }

  /** For how long somebody is waited for. */
  @FunctionalInterface
  interface Patience {
    /** The next wait, in milliseconds; 0 when it is at an end. Asked before each wait. */
    int millis();
  }

  /** Waits of the same length, so many. */
  private static final class Times implements Patience {
    private int left;

    Times(final int times) {
      left = times;
    }

    @Override
    public int millis() {
      return left-- > 0 ? WAIT_MILLIS : 0;
    }
  }

  /** Who is at the other end. */
  String peer() {
    return stream.peer();
  }

  /** Says something; completes when there is room for more. */
  CompletableFuture<NetworkMessages.Done> say(final PeerMessage message) {
    final Bytes frame = Bytes.wrap(PeerCodecs.MESSAGE.encode(message));
    return commands.ask(Topics.STREAM_SEND, new Send(stream.number(), frame));
  }

  /** The next message; none if the peer has ended the stream. Fails if it says nothing for long. */
  CompletableFuture<Optional<PeerMessage>> hear() {
    return hear(1);
  }

  /** As {@link #hear()}, with as many times the patience. */
  CompletableFuture<Optional<PeerMessage>> hear(final int times) {
    return hear(new Times(times));
  }

  private CompletableFuture<Optional<PeerMessage>> hear(final Patience patience) {
    final int millis = patience.millis();
    return millis <= 0
        ? Problems.failed(Code.TIMEOUT, "the peer " + stream.peer() + " says nothing")
        : commands
            .ask(Topics.STREAM_RECEIVE, new Receive(stream.number(), millis))
            .thenCompose(received -> heard(received, patience));
  }

  private CompletableFuture<Optional<PeerMessage>> heard(
      final Received received, final Patience patience) {
    if (received.frame().isPresent()) {
      try {
        return CompletableFuture.completedFuture(
            Optional.of(PeerCodecs.MESSAGE.decode(received.frame().get().unsafeArray())));
      } catch (final MalformedException e) {
        return Problems.failed(Code.STREAM_ENDED, "the peer sent no message: " + e.getMessage());
      }
    }
    if (received.ended()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return hear(patience);
  }

  /** The next message, which must be of this kind. */
  <T extends PeerMessage> CompletableFuture<T> expect(final Class<T> kind, final int times) {
    return expect(kind, new Times(times));
  }

  /** As {@link #expect(Class, int)}, for as long as the patience says. */
  <T extends PeerMessage> CompletableFuture<T> expect(
      final Class<T> kind, final Patience patience) {
    return hear(patience).thenCompose(message -> narrow(message, kind));
  }

  private static <T extends PeerMessage> CompletableFuture<T> narrow(
      final Optional<PeerMessage> message, final Class<T> kind) {
    if (message.isPresent() && kind.isInstance(message.get())) {
      return CompletableFuture.completedFuture(kind.cast(message.get()));
    }
    return unexpected(message);
  }

  /** The failure of a message that was not to come now. */
  static <T> CompletableFuture<T> unexpected(final Optional<PeerMessage> message) {
    if (message.isEmpty()) {
      return Problems.failed(Code.STREAM_ENDED, "the peer ended the conversation");
    }
    return switch (message.get()) {
      case PeerMessage.Refused _ ->
          Problems.failed(Code.UNAUTHORIZED, "the peer has nothing here for this member");
      case PeerMessage.Failure failure -> Problems.failed(failure.code(), failure.message());
      default ->
          Problems.failed(
              Code.STREAM_ENDED,
              "the peer said " + message.get().getClass().getSimpleName() + " out of turn");
    };
  }

  void end(final Ending how) {
    final CompletableFuture<NetworkMessages.Done> _ =
        commands.ask(Topics.STREAM_CLOSE, new CloseStream(stream.number(), how));
  }
}
