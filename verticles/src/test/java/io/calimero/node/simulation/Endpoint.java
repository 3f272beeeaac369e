// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static io.calimero.node.simulation.VirtualTime.SECOND;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.NetworkMessages.Dial;
import io.calimero.node.events.messages.NetworkMessages.Dialled;
import io.calimero.node.events.messages.NetworkMessages.Done;
import io.calimero.node.events.messages.NetworkMessages.Ending;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Judge;
import io.calimero.node.events.messages.NetworkMessages.Mesh;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Peer;
import io.calimero.node.events.messages.NetworkMessages.PeerJoined;
import io.calimero.node.events.messages.NetworkMessages.PeerLeft;
import io.calimero.node.events.messages.NetworkMessages.Peers;
import io.calimero.node.events.messages.NetworkMessages.Publish;
import io.calimero.node.events.messages.NetworkMessages.Published;
import io.calimero.node.events.messages.NetworkMessages.Reachability;
import io.calimero.node.events.messages.NetworkMessages.Send;
import io.calimero.node.events.messages.NetworkMessages.Status;
import io.calimero.node.events.messages.NetworkMessages.Verdict;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What stands for the network verticle in one process. */
final class Endpoint {
  private static final String ACTOR = "network";

  private final String peer;
  private final SimProcess process;
  private final LocalBus bus;
  private final Wires wires;
  private final Tampering tampering;
  private final Set<String> topics = new HashSet<>();
  private final Set<Long> seen = new HashSet<>();
  private final Map<Long, Message> unjudged = new HashMap<>();
  private final SortedMap<Long, Wire> streams = new TreeMap<>();
  private boolean serving;

  /** Sends what it is told to. */
  static final Tampering HONEST =
      new Tampering() {
        @Override
        public List<Bytes> frames(final Bytes frame) {
          return List.of(frame);
        }

        @Override
        public List<Bytes> gossip(final Bytes data) {
          return List.of(data);
        }
      };

  private record Message(long id, String author, String topic, Bytes data) {}

  /** What a lying peer makes of what it sends. */
  interface Tampering {
    /** What goes out instead of a frame of a stream. */
    List<Bytes> frames(Bytes frame);

    /** What goes out instead of a message of a topic. */
    List<Bytes> gossip(Bytes data);
  }

  Endpoint(
      final String peer,
      final SimProcess process,
      final LocalBus bus,
      final Wires wires,
      final Tampering tampering) {
    this.peer = peer;
    this.process = process;
    this.bus = bus;
    this.wires = wires;
    this.tampering = tampering;
  }

  String peer() {
    return peer;
  }

  SimProcess process() {
    return process;
  }

  /** Serves the commands of the network. */
  void start() {
    bus.serve(ACTOR, Topics.NETWORK_STATUS, _ -> now(status()));
    bus.serve(ACTOR, Topics.PEER_LIST, _ -> now(new Peers(peers())));
    bus.serve(ACTOR, Topics.PEER_ESTEEM, _ -> now(new Done()));
    bus.serve(ACTOR, Topics.PEER_DIAL, this::dial);
    bus.serve(ACTOR, Topics.GOSSIP_MESH, this::mesh);
    bus.serve(
        ACTOR,
        Topics.GOSSIP_SUBSCRIBE,
        request -> {
          topics.add(request.topic());
          return now(new Done());
        });
    bus.serve(
        ACTOR,
        Topics.GOSSIP_UNSUBSCRIBE,
        request -> {
          topics.remove(request.topic());
          return now(new Done());
        });
    bus.serve(ACTOR, Topics.GOSSIP_PUBLISH, this::publish);
    bus.serve(ACTOR, Topics.GOSSIP_JUDGE, this::judge);
    bus.serve(
        ACTOR,
        Topics.STREAM_SERVE,
        _ -> {
          serving = true;
          return now(new Done());
        });
    bus.serve(ACTOR, Topics.STREAM_OPEN, this::open);
    bus.serve(ACTOR, Topics.STREAM_SEND, this::send);
    bus.serve(
        ACTOR,
        Topics.STREAM_RECEIVE,
        request -> with(request.stream(), (Wire wire) -> wire.receive(request.waitMillis())));
    bus.serve(
        ACTOR,
        Topics.STREAM_CLOSE,
        request -> {
          Optional.ofNullable(streams.get(request.stream()))
              .ifPresent(wire -> wire.close(request.how()));
          return now(new Done());
        });
    wires.plug(this);
  }

  void stop() {
    wires.unplug(this);
  }

  private Status status() {
    return new Status(peer, List.of("/sim/" + peer), Reachability.UNKNOWN, peers(), 0);
  }

  private List<Peer> peers() {
    return wires.connectedTo(this).stream()
        .map(other -> new Peer(other.peer, "/sim/" + other.peer, true, "simulated"))
        .toList();
  }

  private CompletableFuture<Dialled> dial(final Dial request) {
    final String target = request.addresses().getFirst().replaceFirst("^.*/", "");
    return reach(target).thenApply(other -> new Dialled(other.peer));
  }

  /** The endpoint of a peer, connected; it takes a while, and longer when it fails. */
  private CompletableFuture<Endpoint> reach(final String target) {
    final CompletableFuture<Endpoint> reached = new CompletableFuture<>();
    process.after(
        wires.latency(),
        () -> {
          final Optional<Endpoint> there = wires.find(target);
          if (there.isPresent() && wires.connect(this, there.get())) {
            reached.complete(there.get());
          } else {
            process.after(
                wires.world().between(SECOND / 10, 10 * SECOND),
                () ->
                    reached.completeExceptionally(
                        Problem.of(Code.PEER_UNREACHABLE, target + " does not answer")
                            .toException()));
          }
        });
    return reached;
  }

  /** A peer has connected. */
  void met(final String other) {
    bus.publish(ACTOR, Topics.PEER_JOINED, new PeerJoined(other, "/sim/" + other));
  }

  /** A peer has gone, and with it what was open to it. */
  void lost(final String other) {
    process.run(
        () ->
            List.copyOf(streams.values()).stream()
                .filter(wire -> wire.peer().equals(other))
                .forEach(Wire::reset));
    bus.publish(ACTOR, Topics.PEER_LEFT, new PeerLeft(other));
  }

  private CompletableFuture<Mesh> mesh(final GetMesh request) {
    final List<String> subscribers =
        wires.connectedTo(this).stream()
            .filter(other -> other.topics.contains(request.topic()))
            .map(Endpoint::peer)
            .toList();
    return now(new Mesh(subscribers, subscribers));
  }

  private CompletableFuture<Published> publish(final Publish request) {
    for (final Bytes data : tampering.gossip(request.data())) {
      final Message message = new Message(wires.nextNumber(), peer, request.topic(), data);
      seen.add(message.id);
      pass(message, peer);
    }
    return now(new Published(wires.connectedTo(this).size()));
  }

  private void pass(final Message message, final String from) {
    for (final Endpoint other : wires.connectedTo(this)) {
      if (other.topics.contains(message.topic)
          && !other.peer.equals(from)
          && !other.peer.equals(message.author)) {
        final int copies = wires.copies();
        for (int i = 0; i < copies; i++) {
          final boolean again = i > 0;
          wires
              .world()
              .time()
              .after(
                  wires.latency(),
                  () -> {
                    if (wires.passes(this, other)) {
                      other.process.run(() -> other.hear(message, peer, again));
                    }
                  });
        }
      }
    }
  }

  private void hear(final Message message, final String sender, final boolean again) {
    if (seen.add(message.id) || again) {
      final long number = wires.nextNumber();
      unjudged.put(number, message);
      bus.publish(
          ACTOR,
          Topics.GOSSIP_RECEIVED,
          new Gossip(number, message.topic, message.author, sender, message.data));
    }
  }

  private CompletableFuture<Done> judge(final Judge judgement) {
    final Message message = unjudged.remove(judgement.number());
    if (message != null && judgement.verdict() == Verdict.ACCEPT) {
      pass(message, peer);
    }
    return now(new Done());
  }

  private CompletableFuture<OpenedStream> open(final OpenStream request) {
    return reach(request.peer())
        .thenApply(
            there -> {
              final Wire here = new Wire(this, wires.nextNumber(), there.peer, line(there));
              final Wire other = new Wire(there, wires.nextNumber(), peer, there.line(this));
              Wire.join(here, other);
              streams.put(here.number(), here);
              final OpenedStream opened =
                  new OpenedStream(other.number(), peer, request.protocol());
              here.line().carry(() -> there.take(other, opened));
              return new OpenedStream(here.number(), there.peer, request.protocol());
            });
  }

  private void take(final Wire wire, final OpenedStream opened) {
    if (!serving || wires.find(opened.peer()).filter(o -> wires.isConnected(this, o)).isEmpty()) {
      wire.close(Ending.RESET);
      return;
    }
    streams.put(wire.number(), wire);
    bus.publish(ACTOR, Topics.STREAM_OPENED, opened);
  }

  private Wires.Line line(final Endpoint to) {
    return wires.new Line(this, to);
  }

  private CompletableFuture<Done> send(final Send request) {
    return with(
        request.stream(),
        wire -> {
          CompletableFuture<Done> last = now(new Done());
          for (final Bytes frame : tampering.frames(request.frame())) {
            last = wire.send(frame);
          }
          return last;
        });
  }

  private <T> CompletableFuture<T> with(
      final long number, final Function<Wire, CompletableFuture<T>> action) {
    final Wire wire = streams.get(number);
    return wire == null
        ? CompletableFuture.failedFuture(
            Problem.of(Code.STREAM_ENDED, "there is no such stream").toException())
        : action.apply(wire);
  }

  void forget(final Wire wire) {
    streams.remove(wire.number());
  }

  private static <T> CompletableFuture<T> now(final T value) {
    return CompletableFuture.completedFuture(value);
  }
}
