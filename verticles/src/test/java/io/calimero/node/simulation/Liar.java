// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static io.calimero.node.simulation.VirtualTime.MILLISECOND;
import static io.calimero.node.simulation.VirtualTime.SECOND;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.KeyMessages.Seal;
import io.calimero.node.events.messages.NetworkMessages.Publish;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.GossipMessage.Entries;
import io.calimero.node.events.peers.GossipMessage.HeadNotice;
import io.calimero.node.events.peers.GossipMessage.Submitted;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.End;
import io.calimero.node.events.peers.PeerMessage.SubmitTransaction;
import io.calimero.node.events.peers.PeerMessage.TransactionsBatch;
import io.calimero.node.storage.log.Frame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A member whose node is right, and whose network is not: what it sends is forged, doubled, left
 * out, out of order or broken, as often as not.
 */
final class Liar implements Endpoint.Tampering {
  private final World world;
  private final KeyPair forger;
  private boolean lying;
  private Optional<Bytes> earlier = Optional.empty();

  Liar(final World world) {
    this.world = world;
    forger = KeyPair.generate(new SeededRandom(world.random()));
  }

  /** Until then it is as right as any. */
  void begin() {
    lying = true;
  }

  /**
   * Says now and then what no honest member would, in envelopes that every member can open: forged
   * entries of the log, entries that the log does not have yet, and a log's end that is none.
   */
  void speak(final Machine self, final ContextId context, final long end) {
    world
        .time()
        .after(
            world.between(MILLISECOND, SECOND),
            () -> {
              if (world.time().now() < end) {
                say(self, context);
                speak(self, context, end);
              }
            });
  }

  private void say(final Machine self, final ContextId context) {
    final List<Frame> log = self.log(context);
    if (log.isEmpty()) {
      return;
    }
    final List<Entry.Signed> last =
        log.subList(Math.max(0, log.size() - 3), log.size()).stream()
            .map(frame -> Entry.Logged.CODEC.decode(frame.payload().unsafeArray()).signed())
            .toList();
    final Head head = last.getLast().head();
    final GossipMessage message =
        switch ((int) world.between(0, 2)) {
          case 0 -> new Entries(forged(last));
          case 1 -> new Entries(List.of(next(context, last.getLast())));
          default ->
              new HeadNotice(
                  context,
                  new Head(
                      head.position() + world.between(1, 1000),
                      Hash.sha256(head.hash().toByteArray()),
                      head.timestamp()));
        };
    final CompletableFuture<?> _ =
        self.ask(
                Topics.ENVELOPE_SEAL,
                new Seal(context, head.position(), self.peer(), encode(message)))
            .thenCompose(
                reply ->
                    self.ask(
                        Topics.GOSSIP_PUBLISH,
                        new Publish(
                            GossipMessage.topic(context), reply.envelope().orElse(Bytes.EMPTY))));
  }

  /** The next entry, if it were the forger's to order. */
  private Entry.Signed next(final ContextId context, final Entry.Signed last) {
    final Entry next =
        Entry.after(
            context,
            last.head(),
            last.entry().timestamp() + 1,
            last.entry().term(),
            last.entry().payload());
    return Entry.Signed.sign(next, next.hash(), forger);
  }

  @Override
  public List<Bytes> frames(final Bytes frame) {
    if (!lying || world.chance(0.5)) {
      return List.of(frame);
    }
    if (world.chance(0.1)) {
      return List.of(flipped(frame));
    }
    final PeerMessage message;
    try {
      message = PeerCodecs.MESSAGE.decode(frame.unsafeArray());
    } catch (final MalformedException e) {
      return List.of(flipped(frame));
    }
    return switch (message) {
      case TransactionsBatch batch when world.chance(0.2) ->
          List.of(encode(new End(batch.entries().getLast().head())));
      case TransactionsBatch batch ->
          List.of(encode(new TransactionsBatch(forged(batch.entries()), batch.pending())));
      case End _ when world.chance(0.5) -> List.of();
      case SubmitTransaction _ -> {
        // A genuine one once more, in the place of another: it must be ordered once.
        final Bytes other = earlier.orElse(frame);
        earlier = Optional.of(frame);
        yield List.of(other);
      }
      default -> List.of(frame);
    };
  }

  @Override
  public List<Bytes> gossip(final Bytes data) {
    if (!lying) {
      return List.of(data);
    }
    final List<Bytes> sent = new ArrayList<>();
    if (world.chance(0.3)) {
      sent.add(flipped(data));
    }
    try {
      switch (PeerCodecs.GOSSIP.decode(data.unsafeArray())) {
        case Entries entries -> sent.add(encode(new Entries(forged(entries.entries()))));
        case HeadNotice notice ->
            sent.add(
                encode(
                    new HeadNotice(
                        notice.context(),
                        new Head(
                            notice.head().position() + world.between(1, 1000),
                            Hash.sha256(data.unsafeArray()),
                            notice.head().timestamp()))));
        case Submitted _ -> sent.add(data);
      }
    } catch (final MalformedException e) {
      sent.add(flipped(data));
    }
    if (world.chance(0.5)) {
      sent.add(data);
    }
    return sent;
  }

  private List<Entry.Signed> forged(final List<Entry.Signed> entries) {
    final List<Entry.Signed> forged = new ArrayList<>(entries);
    final int victim = (int) world.between(0, entries.size() - 1);
    switch ((int) world.between(0, 4)) {
      case 0 -> forged.set(victim, otherOutcome(entries.get(victim), true));
      case 1 -> forged.set(victim, otherOutcome(entries.get(victim), false));
      case 2 -> forged.add(victim, entries.get(victim));
      case 3 -> Collections.swap(forged, victim, 0);
      default -> {
        if (forged.size() > 1) {
          forged.remove(victim);
        }
      }
    }
    return forged;
  }

  /** The same entry with another outcome: signed by somebody else, or with the old signature. */
  private Entry.Signed otherOutcome(final Entry.Signed signed, final boolean resigned) {
    final Entry entry = signed.entry();
    final Entry.Payload payload =
        entry.payload() instanceof final Entry.Executed executed
            ? new Entry.Executed(executed.transaction(), Hash.sha256(new byte[] {1}))
            : entry.payload();
    final Entry other =
        new Entry(
            entry.context(),
            entry.position(),
            entry.prior(),
            entry.timestamp() + 1,
            entry.term(),
            payload);
    return resigned
        ? Entry.Signed.sign(other, other.hash(), forger)
        : new Entry.Signed(other, other.hash(), signed.signature());
  }

  private Bytes flipped(final Bytes bytes) {
    final byte[] copy = bytes.toByteArray();
    if (copy.length > 0) {
      copy[(int) world.between(0, copy.length - 1)] ^= (byte) (1 << world.between(0, 7));
    }
    return Bytes.wrap(copy);
  }

  private static Bytes encode(final PeerMessage message) {
    return Bytes.wrap(PeerCodecs.MESSAGE.encode(message));
  }

  private static Bytes encode(final GossipMessage message) {
    return Bytes.wrap(PeerCodecs.GOSSIP.encode(message));
  }
}
