// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.EventTopic;
import io.calimero.node.events.messages.NetworkMessages.CloseStream;
import io.calimero.node.events.messages.NetworkMessages.Done;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Receive;
import io.calimero.node.events.messages.NetworkMessages.Received;
import io.calimero.node.events.messages.NetworkMessages.Send;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.events.peers.PeerMessage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/** Streams between nodes of one thread, in which a test can listen, and cut. */
final class Wire {
  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<Long, Side> sides = new HashMap<>();
  private final NavigableMap<Long, List<Runnable>> timers = new TreeMap<>();
  private long last;
  private long nanos;

  /** How many more frames a stream carries before it breaks; endless unless a test says so. */
  private long untilCut = Long.MAX_VALUE;

  private Optional<Class<? extends PeerMessage>> unknown = Optional.empty();

  private static final class Side {
    private final long number;
    private final Deque<Bytes> frames = new ArrayDeque<>();
    private Optional<CompletableFuture<Received>> waiting = Optional.empty();
    private boolean ended;
    private boolean reset;

    Side(final long number) {
      this.number = number;
    }
  }

  /** A clock that stands still but for {@link #pass}. */
  long nanos() {
    return nanos;
  }

  /** Does something when so much time has passed. */
  void after(final Duration time, final Runnable task) {
    timers.computeIfAbsent(nanos + time.toNanos(), _ -> new ArrayList<>()).add(task);
  }

  /** Lets time pass, so that who has waited for long enough hears that nothing came. */
  void pass(final Duration time) {
    final long end = nanos + time.toNanos();
    while (!timers.isEmpty() && timers.firstKey() <= end) {
      final Map.Entry<Long, List<Runnable>> next = timers.pollFirstEntry();
      nanos = next.getKey();
      next.getValue().forEach(Runnable::run);
    }
    nanos = end;
  }

  /** Breaks every stream after so many more frames. */
  void cutAfter(final long frames) {
    untilCut = frames;
  }

  /** Nodes do not know such a message: they end the conversation. */
  void unknown(final Class<? extends PeerMessage> kind) {
    unknown = Optional.of(kind);
  }

  Node node(final String name) {
    return nodes.computeIfAbsent(name, Node::new);
  }

  /** What a node asks, answered by the test, and the wire. */
  final class Node implements Commands {
    final List<Object> told = new ArrayList<>();
    final List<Object> asked = new ArrayList<>();
    final Map<String, Function<Object, CompletableFuture<?>>> answers = new HashMap<>();
    Consumer<OpenedStream> opened = _ -> {};
    private final String name;

    Node(final String name) {
      this.name = name;
    }

    <Q, R> Node on(final CommandTopic<Q, R> topic, final Function<Q, CompletableFuture<R>> answer) {
      answers.put(
          topic.address(),
          request -> {
            @SuppressWarnings("unchecked") // the topic says of which class its requests are
            final Q typed = (Q) request;
            return answer.apply(typed);
          });
      return this;
    }

    <Q, R> Node always(final CommandTopic<Q, R> topic, final Function<Q, R> answer) {
      return on(topic, request -> CompletableFuture.completedFuture(answer.apply(request)));
    }

    @Override
    public <Q, R> CompletableFuture<R> ask(final CommandTopic<Q, R> topic, final Q request) {
      asked.add(request);
      final CompletableFuture<?> reply =
          switch (request) {
            case OpenStream open -> open(this, open);
            case Send send -> send(send);
            case Receive receive -> receive(receive);
            case CloseStream close -> close(close);
            default ->
                answers
                    .getOrDefault(
                        topic.address(),
                        _ -> Problems.failed(Code.NOT_READY, "nobody answers " + topic.address()))
                    .apply(request);
          };
      @SuppressWarnings("unchecked") // the same
      final CompletableFuture<R> typed = (CompletableFuture<R>) reply;
      return typed;
    }

    @Override
    public <E> void tell(final EventTopic<E> topic, final E notice) {
      told.add(notice);
    }
  }

  private CompletableFuture<OpenedStream> open(final Node by, final OpenStream request) {
    final Node to = nodes.get(request.peer());
    if (to == null) {
      return Problems.failed(Code.PEER_UNREACHABLE, request.peer() + " is away");
    }
    final Side near = new Side(++last);
    final Side far = new Side(++last);
    // what one sends is heard at the other
    sides.put(near.number, near);
    sides.put(far.number, far);
    to.opened.accept(new OpenedStream(far.number, by.name, request.protocol()));
    return CompletableFuture.completedFuture(
        new OpenedStream(near.number, to.name, request.protocol()));
  }

  private Side other(final long number) {
    return Objects.requireNonNull(sides.get(number % 2 == 1 ? number + 1 : number - 1));
  }

  private CompletableFuture<Done> send(final Send send) {
    final Side hearer = other(send.stream());
    if (untilCut-- <= 0) {
      sides.values().forEach(side -> end(side, true));
    }
    if (unknown
        .filter(kind -> kind.isInstance(PeerCodecs.MESSAGE.decode(send.frame().unsafeArray())))
        .isPresent()) {
      end(hearer, true);
      end(Objects.requireNonNull(sides.get(send.stream())), true);
    }
    if (hearer.reset) {
      return Problems.failed(Code.STREAM_ENDED, "the stream was reset");
    }
    if (hearer.waiting.isPresent()) {
      final CompletableFuture<Received> waiting = hearer.waiting.get();
      hearer.waiting = Optional.empty();
      waiting.complete(new Received(Optional.of(send.frame()), false));
    } else {
      hearer.frames.add(send.frame());
    }
    return CompletableFuture.completedFuture(new Done());
  }

  private CompletableFuture<Received> receive(final Receive receive) {
    final Side side = Objects.requireNonNull(sides.get(receive.stream()));
    if (!side.frames.isEmpty()) {
      return CompletableFuture.completedFuture(
          new Received(Optional.of(side.frames.remove()), false));
    }
    if (side.reset) {
      return Problems.failed(Code.STREAM_ENDED, "the stream was reset");
    }
    if (side.ended) {
      return CompletableFuture.completedFuture(new Received(Optional.empty(), true));
    }
    final CompletableFuture<Received> waiting = new CompletableFuture<>();
    side.waiting = Optional.of(waiting);
    after(
        Duration.ofMillis(receive.waitMillis()),
        () -> {
          if (side.waiting.equals(Optional.of(waiting))) {
            side.waiting = Optional.empty();
            waiting.complete(new Received(Optional.empty(), false));
          }
        });
    return waiting;
  }

  private CompletableFuture<Done> close(final CloseStream close) {
    end(other(close.stream()), close.how() == Ending.RESET);
    return CompletableFuture.completedFuture(new Done());
  }

  private static void end(final Side side, final boolean reset) {
    side.ended = true;
    side.reset |= reset;
    side.waiting.ifPresent(
        waiting -> {
          side.waiting = Optional.empty();
          if (reset) {
            waiting.completeExceptionally(
                Problem.of(Code.STREAM_ENDED, "the stream was reset").toException());
          } else {
            waiting.complete(new Received(Optional.empty(), true));
          }
        });
  }

  /** A message as a frame. */
  static Bytes frame(final PeerMessage message) {
    return Bytes.wrap(PeerCodecs.MESSAGE.encode(message));
  }
}
