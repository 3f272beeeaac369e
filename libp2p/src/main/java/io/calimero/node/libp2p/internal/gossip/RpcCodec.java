// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.internal.gossip.Rpc.Candidate;
import io.calimero.node.libp2p.internal.gossip.Rpc.Has;
import io.calimero.node.libp2p.internal.gossip.Rpc.Prune;
import io.calimero.node.libp2p.internal.gossip.Rpc.Subscription;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/** The protobuf form of what routers say, with a bound on every list. */
public final class RpcCodec {
  private static final int MAX_SUBSCRIPTIONS = 1024;
  private static final int MAX_MESSAGES = 1024;
  private static final int MAX_CONTROL = 1024;
  private static final int MAX_IDS = 5000;
  private static final int MAX_CANDIDATES = 64;

  private RpcCodec() {}

  /** The bytes of {@code rpc}. */
  public static byte[] encode(final Rpc rpc) {
    final ProtoWriter out = new ProtoWriter();
    rpc.subscriptions()
        .forEach(
            change ->
                out.bytes(
                    1,
                    new ProtoWriter()
                        .bool(1, change.subscribed())
                        .string(2, change.topic())
                        .encode()));
    rpc.messages().forEach(message -> out.bytes(2, message.encode()));
    final byte[] control = control(rpc);
    if (control.length > 0) {
      out.bytes(3, control);
    }
    return out.encode();
  }

  private static byte[] control(final Rpc rpc) {
    final ProtoWriter out = new ProtoWriter();
    for (final Has has : rpc.has()) {
      final ProtoWriter entry = new ProtoWriter().string(1, has.topic());
      has.ids().forEach(id -> entry.bytes(2, id));
      out.bytes(1, entry.encode());
    }
    if (!rpc.wants().isEmpty()) {
      final ProtoWriter entry = new ProtoWriter();
      rpc.wants().forEach(id -> entry.bytes(1, id));
      out.bytes(2, entry.encode());
    }
    rpc.grafts().forEach(topic -> out.bytes(3, new ProtoWriter().string(1, topic).encode()));
    for (final Prune prune : rpc.prunes()) {
      final ProtoWriter entry = new ProtoWriter().string(1, prune.topic());
      prune
          .peers()
          .forEach(
              candidate -> {
                final ProtoWriter peer = new ProtoWriter().bytes(1, candidate.peer());
                if (!candidate.signedRecord().isEmpty()) {
                  peer.bytes(2, candidate.signedRecord());
                }
                entry.bytes(2, peer.encode());
              });
      out.bytes(4, entry.varint(3, prune.backoffSeconds()).encode());
    }
    return out.encode();
  }

  /**
   * Reads the bytes of a peer.
   *
   * @throws io.calimero.node.libp2p.MalformedException if they are none of the protocol, or say too
   *     much
   */
  public static Rpc decode(final byte[] bytes) {
    final ProtoReader in = new ProtoReader("RPC", bytes);
    final Builder rpc = new Builder();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          in.bound(rpc.subscriptions.size(), MAX_SUBSCRIPTIONS);
          rpc.subscriptions.add(subscription(in.bytes()));
        }
        case 2 -> {
          in.bound(rpc.messages.size(), MAX_MESSAGES);
          rpc.messages.add(GossipMessage.decode(in.bytes()));
        }
        case 3 -> rpc.control(in.bytes());
        default -> in.skip();
      }
    }
    return new Rpc(rpc.subscriptions, rpc.messages, rpc.has, rpc.wants, rpc.grafts, rpc.prunes);
  }

  private static Subscription subscription(final ByteString bytes) {
    final ProtoReader in = new ProtoReader("SubOpts", bytes);
    boolean subscribed = false;
    String topic = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> subscribed = in.bool();
        case 2 -> topic = in.string();
        default -> in.skip();
      }
    }
    return new Subscription(topic, subscribed);
  }

  private static final class Builder {
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<GossipMessage> messages = new ArrayList<>();
    private final List<Has> has = new ArrayList<>();
    private final List<ByteString> wants = new ArrayList<>();
    private final List<String> grafts = new ArrayList<>();
    private final List<Prune> prunes = new ArrayList<>();
    private int ids;

    void control(final ByteString bytes) {
      final ProtoReader in = new ProtoReader("ControlMessage", bytes);
      while (in.next()) {
        in.bound(has.size() + grafts.size() + prunes.size(), MAX_CONTROL);
        switch (in.field()) {
          case 1 -> has(in.bytes());
          case 2 -> ids(new ProtoReader("ControlIWant", in.bytes()), 1, wants);
          case 3 -> grafts.add(topic(new ProtoReader("ControlGraft", in.bytes())));
          case 4 -> prune(new ProtoReader("ControlPrune", in.bytes()));
          default -> in.skip();
        }
      }
    }

    private void has(final ByteString bytes) {
      final List<ByteString> told = new ArrayList<>();
      final String topic = ids(new ProtoReader("ControlIHave", bytes), 2, told);
      has.add(new Has(topic, told));
    }

    /** Reads ids from {@code field}; the text of field 1, where ids are elsewhere. */
    private String ids(final ProtoReader in, final int field, final List<ByteString> into) {
      String topic = "";
      while (in.next()) {
        if (in.field() == field) {
          in.bound(ids++, MAX_IDS);
          into.add(in.bytes());
        } else if (in.field() == 1) {
          topic = in.string();
        } else {
          in.skip();
        }
      }
      return topic;
    }

    private static String topic(final ProtoReader in) {
      String topic = "";
      while (in.next()) {
        if (in.field() == 1) {
          topic = in.string();
        } else {
          in.skip();
        }
      }
      return topic;
    }

    private void prune(final ProtoReader in) {
      String topic = "";
      long backoff = 0;
      final List<Candidate> peers = new ArrayList<>();
      while (in.next()) {
        switch (in.field()) {
          case 1 -> topic = in.string();
          case 2 -> {
            in.bound(peers.size(), MAX_CANDIDATES);
            peers.add(candidate(new ProtoReader("PeerInfo", in.bytes())));
          }
          case 3 -> backoff = in.varint();
          default -> in.skip();
        }
      }
      prunes.add(new Prune(topic, peers, backoff));
    }

    private static Candidate candidate(final ProtoReader in) {
      ByteString peer = ByteString.EMPTY;
      ByteString signedRecord = ByteString.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> peer = in.bytes();
          case 2 -> signedRecord = in.bytes();
          default -> in.skip();
        }
      }
      return new Candidate(peer, signedRecord);
    }
  }
}
