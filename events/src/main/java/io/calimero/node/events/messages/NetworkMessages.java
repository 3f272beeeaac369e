// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.Bytes;
import java.util.List;
import java.util.Optional;

/**
 * Commands about other nodes and what they say to many at once, their replies, and notices.
 *
 * <p>A peer is named by its peer id in base58, an address is the text of a multiaddr.
 */
public final class NetworkMessages {
  private NetworkMessages() {}

  /** It was done. */
  public record Done() {}

  /**
   * Connects to a peer, unless there is a connection.
   *
   * @param addresses where it may be, all of the same peer; at least one says which
   */
  public record Dial(List<String> addresses) {}

  /**
   * There is a connection.
   *
   * @param peer to whom
   */
  public record Dialled(String peer) {}

  /** Asks for the peers that there is a connection to. */
  public record ListPeers() {}

  /**
   * The peers that there is a connection to.
   *
   * @param peers in the order of their names
   */
  public record Peers(List<Peer> peers) {}

  /**
   * A connected peer.
   *
   * @param id its peer id
   * @param address the other end of the connection
   * @param outbound whether this node dialled
   * @param agent the software that it says it is, empty until it has said
   */
  public record Peer(String id, String address, boolean outbound, String agent) {}

  /** Asks about the network as a whole. */
  public record GetStatus() {}

  /**
   * The network as a whole.
   *
   * @param peer this node's peer id
   * @param addresses where it listens, each with its peer id
   * @param reachability what is known about others reaching it
   * @param peers those that it is connected to
   * @param remembered how many peers it knows addresses of
   */
  public record Status(
      String peer,
      List<String> addresses,
      Reachability reachability,
      List<Peer> peers,
      int remembered) {}

  /** Whether others can reach this node without help. */
  public enum Reachability {
    /** Nobody from outside has tried, as far as is known. */
    UNKNOWN,
    /** A peer with a public address has connected. */
    PUBLIC,
    /** It was found that they cannot. */
    PRIVATE
  }

  /**
   * Asks who takes the messages of a topic.
   *
   * @param topic which
   */
  public record GetMesh(String topic) {}

  /**
   * Who takes the messages of a topic.
   *
   * @param subscribers the peers that said so
   * @param mesh those of them with which messages are exchanged in full
   */
  public record Mesh(List<String> subscribers, List<String> mesh) {}

  /**
   * Takes the messages of a topic from now on. Each is published as {@link Gossip}, and passed on
   * to others once it was judged {@code ACCEPT}.
   *
   * @param topic which
   */
  public record Subscribe(String topic) {}

  /**
   * Takes the messages of a topic no longer.
   *
   * @param topic which
   */
  public record Unsubscribe(String topic) {}

  /**
   * Sends a message to those who take a topic.
   *
   * @param topic which; need not be one that this node takes
   * @param data what
   */
  public record Publish(String topic, Bytes data) {}

  /**
   * A message is on its way.
   *
   * @param peers to how many peers directly, which may be none
   */
  public record Published(int peers) {}

  /**
   * A message of a topic. Its signature is its author's; nothing else about it is known to be true.
   * Whoever takes it answers with {@link Judge}, within a few seconds: what is not judged is not
   * passed on.
   *
   * @param number names it to {@link Judge}
   * @param topic the topic
   * @param author the peer that wrote it
   * @param sender the peer that passed it on
   * @param data the content
   */
  public record Gossip(long number, String topic, String author, String sender, Bytes data) {}

  /**
   * Says what a message is worth. The first judgement counts.
   *
   * @param number which, as {@link Gossip} has it
   * @param verdict what it is worth
   */
  public record Judge(long number, Verdict verdict) {}

  /** What a message is worth. */
  public enum Verdict {
    /** It is passed on. */
    ACCEPT,
    /** It is not passed on, and nobody is blamed. */
    IGNORE,
    /** It is not passed on, and held against whoever sent it. */
    REJECT
  }

  /**
   * Changes what is thought of a peer.
   *
   * @param peer which
   * @param by how much; at -100 in sum, of a range that ends at 100, it is shut out
   */
  public record Esteem(String peer, int by) {}

  /**
   * A peer has connected.
   *
   * @param peer who
   * @param address the other end of the connection
   */
  public record PeerJoined(String peer, String address) {}

  /**
   * The last connection to a peer has ended.
   *
   * @param peer who
   */
  public record PeerLeft(String peer) {}

  /**
   * Where this node listens has changed.
   *
   * @param addresses where it listens now, each with its peer id
   */
  public record Listening(List<String> addresses) {}

  /**
   * Opens a stream. It belongs to whoever asked, who reads it often enough (see {@link Receive})
   * and ends it.
   *
   * @param peer to whom
   * @param addresses where it may be, beside what is known
   * @param protocol which must be spoken
   */
  public record OpenStream(String peer, List<String> addresses, String protocol) {}

  /**
   * An open stream of frames: byte strings of at most {@link #MAX_FRAME} bytes, in order, in both
   * directions.
   *
   * @param number names it in this process
   * @param peer who is at the other end; proven
   * @param protocol what is spoken
   */
  public record OpenedStream(long number, String peer, String protocol) {
    /** How many bytes a frame may have. */
    public static final int MAX_FRAME = 16 << 20;
  }

  /**
   * Serves a protocol from now on: each stream that a peer opens for it is published as {@link
   * OpenedStream}, and belongs to whoever serves.
   *
   * @param protocol which
   * @param perPeer how many such streams a peer may have at a time; more are reset
   */
  public record Serve(String protocol, int perPeer) {}

  /**
   * Sends a frame. The reply comes when the peer's window has taken it, which is the moment to send
   * the next: a few may be under way, more get {@code BUSY}.
   *
   * @param stream which
   * @param frame what
   */
  public record Send(long stream, Bytes frame) {}

  /**
   * Takes the next frame, waiting for it if need be. One at a time; a peer can send no more than
   * its window until its frames are taken. A stream that nobody asks anything of for a minute is
   * reset.
   *
   * @param stream which
   * @param waitMillis how long to wait before {@link Received} comes empty; at most 20 000
   */
  public record Receive(long stream, int waitMillis) {}

  /**
   * What a stream has brought.
   *
   * @param frame the frame, if one came in time
   * @param ended whether the peer has closed its side in order, so that none will come
   */
  public record Received(Optional<Bytes> frame, boolean ended) {}

  /**
   * Ends a stream.
   *
   * @param stream which; one that has ended already is no mistake
   * @param how in which way
   */
  public record CloseStream(long stream, Ending how) {}

  /** The ways to end a stream. */
  public enum Ending {
    /** This side sends no more; the peer may go on, and its frames can be taken. */
    WRITTEN,
    /** What was sent arrives; what the peer still sends is of no interest. */
    DONE,
    /** At once; what is on its way is lost. */
    RESET
  }
}
