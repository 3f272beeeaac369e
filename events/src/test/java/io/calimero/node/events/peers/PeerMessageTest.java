// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ConfigurationEvent.MemberInvited;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.OpenInvitation;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Samples;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.StatePair;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.EpochKey;
import io.calimero.node.events.crypto.IdentityBox;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.events.peers.GossipMessage.Entries;
import io.calimero.node.events.peers.GossipMessage.HeadNotice;
import io.calimero.node.events.peers.GossipMessage.Submitted;
import io.calimero.node.events.peers.PeerMessage.Answered;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobChunk;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobRequest;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobSize;
import io.calimero.node.events.peers.PeerMessage.BlobOutline;
import io.calimero.node.events.peers.PeerMessage.BlobOutlineRequest;
import io.calimero.node.events.peers.PeerMessage.BlobRangeRequest;
import io.calimero.node.events.peers.PeerMessage.Challenge;
import io.calimero.node.events.peers.PeerMessage.End;
import io.calimero.node.events.peers.PeerMessage.Failure;
import io.calimero.node.events.peers.PeerMessage.Hello;
import io.calimero.node.events.peers.PeerMessage.Keys;
import io.calimero.node.events.peers.PeerMessage.KeysRequest;
import io.calimero.node.events.peers.PeerMessage.Knocking;
import io.calimero.node.events.peers.PeerMessage.NotSettled;
import io.calimero.node.events.peers.PeerMessage.Ordered;
import io.calimero.node.events.peers.PeerMessage.Proof;
import io.calimero.node.events.peers.PeerMessage.Refused;
import io.calimero.node.events.peers.PeerMessage.Settled;
import io.calimero.node.events.peers.PeerMessage.SnapshotOffer;
import io.calimero.node.events.peers.PeerMessage.SnapshotPart;
import io.calimero.node.events.peers.PeerMessage.SnapshotRequest;
import io.calimero.node.events.peers.PeerMessage.Submission;
import io.calimero.node.events.peers.PeerMessage.SubmissionSince;
import io.calimero.node.events.peers.PeerMessage.SubmitChange;
import io.calimero.node.events.peers.PeerMessage.SubmitTransaction;
import io.calimero.node.events.peers.PeerMessage.TransactionsBatch;
import io.calimero.node.events.peers.PeerMessage.TransactionsRequest;
import io.calimero.node.events.peers.PeerMessage.Welcome;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PeerMessageTest {
  private static final PublicKey MEMBER = Samples.MEMBER.publicKey();
  private static final PublicKey OTHER = KeyPair.ofSecret(Hash.sha256(new byte[] {2})).publicKey();
  private static final Bytes NONCE = Bytes.wrap(new byte[PeerMessage.NONCE_LENGTH]);
  private static final Signature SIGNATURE = Samples.MEMBER.sign(Hash.ZERO);
  private static final Head HEAD = Samples.executed().signed().head();
  private static final Entry.Signed GENESIS = Samples.genesis().signed();
  private static final Entry.Signed SECOND = Samples.executed().signed();

  /** So many messages there were at first, and when snapshots had come. */
  private static final int FIRST = 22;

  private static final int SECOND_TIME = 25;

  private static final int THIRD_TIME = 26;

  private static final List<PeerMessage> MESSAGES =
      List.of(
          new Hello(GossipMessage.rendezvous(Samples.CONTEXT), MEMBER, NONCE),
          new Challenge(NONCE),
          new Proof(SIGNATURE),
          new Welcome(MEMBER, SIGNATURE, HEAD, Samples.APPLICATION),
          new Refused(),
          new TransactionsRequest(7, Hash.ZERO, 50),
          new TransactionsBatch(List.of(GENESIS, SECOND), List.of(Samples.transaction())),
          new End(HEAD),
          new ApplicationBlobRequest(new BlobId(Hash.ZERO), 5),
          new ApplicationBlobSize(1 << 20),
          new ApplicationBlobChunk(5, Bytes.utf8("content")),
          new SubmitTransaction(Samples.transaction()),
          new SubmitChange(
              ConfigurationEvent.Signed.sign(
                  Samples.MEMBER, Samples.CONTEXT, Samples.UNIQUE, new MemberAdded(OTHER))),
          new Answered(new Written(2, Hash.ZERO, Hash.ZERO, Samples.outcome())),
          new Ordered(HEAD),
          new Failure(Code.BUSY, "later"),
          new KeysRequest(),
          new Keys(
              List.of(
                  new HandedKey(
                      2,
                      SIGNATURE,
                      new IdentityBox(
                          Bytes.wrap(new byte[32]), Bytes.wrap(new byte[EpochKey.LENGTH + 16]))))),
          new Submission(1, Samples.transaction(), Optional.of(Hash.ZERO)),
          new Settled(1, new Written(2, Hash.ZERO, Hash.ZERO, Samples.outcome())),
          new NotSettled(2, Code.PENDING, "later"),
          new Knocking(
              ConfigurationEvent.Signed.sign(
                  Samples.MEMBER,
                  Samples.CONTEXT,
                  Samples.UNIQUE,
                  new MemberInvited(
                      MEMBER,
                      OpenInvitation.sign(
                          Samples.MEMBER,
                          Samples.CONTEXT,
                          Bytes.wrap(new byte[OpenInvitation.SALT_LENGTH]),
                          1,
                          2,
                          3)))),
          new SnapshotRequest(7, Optional.of(Hash.ZERO), Optional.of(Bytes.utf8("key"))),
          new SnapshotOffer(
              new StateBase(Configuration.of(Samples.created()), GENESIS, List.of(GENESIS, SECOND)),
              true),
          new SnapshotPart(List.of(new StatePair(Bytes.utf8("key"), Bytes.utf8("value")))),
          new SubmissionSince(1, Samples.transaction(), Optional.of(Hash.ZERO), 7),
          new BlobOutlineRequest(new BlobId(Hash.ZERO)),
          new BlobOutline(1 << 20, List.of(Hash.ZERO)),
          new BlobRangeRequest(new BlobId(Hash.ZERO), 5, 6));
  private static final List<GossipMessage> GOSSIP =
      List.of(
          new Entries(List.of(GENESIS, SECOND)),
          new HeadNotice(Samples.CONTEXT, HEAD),
          new Submitted(Samples.transaction(), Optional.empty()));

  @Test
  void everyMessageGoesThereAndBack() {
    for (final PeerMessage message : MESSAGES) {
      assertThat(PeerCodecs.MESSAGE.decode(PeerCodecs.MESSAGE.encode(message))).isEqualTo(message);
    }
    for (final GossipMessage message : GOSSIP) {
      assertThat(PeerCodecs.GOSSIP.decode(PeerCodecs.GOSSIP.encode(message))).isEqualTo(message);
    }
    assertThat(MESSAGES.stream().<Object>map(Object::getClass).toList())
        .isEqualTo(List.of((Object[]) PeerMessage.class.getPermittedSubclasses()));
  }

  /** These change only together with a format number: nodes of other versions read them. */
  @Test
  void theBytesOfFormatOneAreFixed() {
    final BorshWriter all = new BorshWriter();
    final List<PeerMessage> first = MESSAGES.subList(0, FIRST);
    first.forEach(message -> all.value(PeerCodecs.MESSAGE, message));
    GOSSIP.forEach(message -> all.value(PeerCodecs.GOSSIP, message));
    assertThat(Hash.sha256(all.toByteArray()).toString())
        .isEqualTo("4jRkBDav5ojpG4YjG2tN4W2hdep41ygg6PxHbWSkFvcd");
    assertThat(digest(FIRST, SECOND_TIME))
        .isEqualTo("FpbGpug3LnL97pgUra1iYCWwvvcoZa32ZrcED7jELYjq");
    assertThat(digest(SECOND_TIME, THIRD_TIME))
        .isEqualTo("5ALSpZWfCpXwWo6ieR1Xs9zh69kaEkdXBEppekVkitGw");
    assertThat(digest(THIRD_TIME, MESSAGES.size()))
        .isEqualTo("DGJup6x93VKxeYkPWiEiqCL9nELSYPDgho4dHp8MA2FR");
    assertThat(PeerCodecs.MESSAGE.encode(new TransactionsRequest(258, Hash.ZERO, 50)))
        .startsWith(1, 5, 2, 1, 0, 0, 0, 0, 0, 0)
        .endsWith(0, 50, 0, 0, 0)
        .hasSize(1 + 1 + 8 + 32 + 4);
  }

  private static String digest(final int from, final int to) {
    final BorshWriter all = new BorshWriter();
    MESSAGES.subList(from, to).forEach(message -> all.value(PeerCodecs.MESSAGE, message));
    return Hash.sha256(all.toByteArray()).toString();
  }

  @Test
  void whatIsOutOfBoundsIsMalformed() {
    final Bytes large = Bytes.wrap(new byte[PeerMessage.MAX_CHUNK + 1]);
    assertThatThrownBy(() -> new Challenge(Bytes.EMPTY)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new ApplicationBlobChunk(0, large))
        .isInstanceOf(MalformedException.class);
    for (final int batch : new int[] {0, -1, PeerMessage.MAX_BATCH + 1}) {
      assertThatThrownBy(() -> new TransactionsRequest(0, Hash.ZERO, batch))
          .isInstanceOf(MalformedException.class);
    }
    for (final long size : new long[] {-1, 0, (1 << 20) + 1, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> new BlobOutline(size, List.of(Hash.ZERO)))
          .isInstanceOf(MalformedException.class);
    }
    for (final long[] range : new long[][] {{-1, 1}, {0, 0}, {0, -1}}) {
      assertThatThrownBy(() -> new BlobRangeRequest(new BlobId(Hash.ZERO), range[0], range[1]))
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> new Entries(List.of())).isInstanceOf(MalformedException.class);
    final byte[] later = PeerCodecs.MESSAGE.encode(new Refused());
    later[0] = 2;
    assertThatThrownBy(() -> PeerCodecs.MESSAGE.decode(later))
        .hasMessage("a message of format 2 cannot be read here");
  }

  @Test
  void foreignBytesAreRefusedAndNothingElse() {
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      final boolean gossip = random.nextInt(4) == 0;
      final byte[] good =
          gossip
              ? PeerCodecs.GOSSIP.encode(GOSSIP.get(random.nextInt(GOSSIP.size())))
              : PeerCodecs.MESSAGE.encode(MESSAGES.get(random.nextInt(MESSAGES.size())));
      final byte[] bytes = Arrays.copyOf(good, 1 + random.nextInt(good.length + 4));
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      if (gossip) {
        refusedOrRead(PeerCodecs.GOSSIP, bytes, seed);
      } else {
        refusedOrRead(PeerCodecs.MESSAGE, bytes, seed);
      }
      final byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      refusedOrRead(PeerCodecs.MESSAGE, noise, seed);
    }
  }

  private static <T> void refusedOrRead(final Codec<T> codec, final byte[] bytes, final long seed) {
    try {
      final T read = codec.decode(bytes);
      assertThat(codec.encode(read)).as("seed %d", seed).isEqualTo(bytes);
    } catch (final MalformedException refused) {
      assertThat(refused.getMessage()).as("seed %d", seed).isNotBlank();
    }
  }

  @Test
  void aProofIsGoodForNobodyElseAndForNoOtherTime() {
    final Membership proven = new Membership(Samples.CONTEXT, "ada", "ben", NONCE, NONCE);
    final Bytes other = Bytes.wrap(Hash.sha256(new byte[1]).toByteArray());
    assertThat(
            List.of(
                proven.ofClient(MEMBER),
                proven.ofServer(MEMBER),
                proven.ofClient(OTHER),
                new Membership(Samples.CONTEXT, "eve", "ben", NONCE, NONCE).ofClient(MEMBER),
                new Membership(Samples.CONTEXT, "ada", "eve", NONCE, NONCE).ofClient(MEMBER),
                new Membership(Samples.CONTEXT, "ada", "ben", other, NONCE).ofClient(MEMBER),
                new Membership(Samples.CONTEXT, "ada", "ben", NONCE, other).ofClient(MEMBER)))
        .doesNotHaveDuplicates();
  }

  @Test
  void anInvitationGoesThereAndBackAsTextAndCannotBeChanged() {
    final List<String> addresses = List.of("/ip4/192.0.2.7/tcp/2428/p2p/12D3Koo");
    final Invitation sent = Invitation.sign(Samples.MEMBER, Samples.CONTEXT, OTHER, addresses);
    final Invitation read = Invitation.parse(" " + sent.toText() + "\n");
    assertThat(read).isEqualTo(sent);
    assertThat(read.verify()).isTrue();
    final Invitation forged =
        new Invitation(sent.context(), sent.inviter(), MEMBER, sent.addresses(), sent.signature());
    assertThat(Invitation.parse(forged.toText()).verify()).isFalse();
  }

  @Test
  void whatIsNoInvitationIsMalformed() {
    for (final String text : List.of("", "0", "abc", "1".repeat(100_000))) {
      assertThatThrownBy(() -> Invitation.parse(text)).isInstanceOf(MalformedException.class);
    }
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    final byte[] good =
        Invitation.CODEC.encode(
            Invitation.sign(Samples.MEMBER, Samples.CONTEXT, OTHER, List.of("/ip4/192.0.2.7")));
    for (int i = 0; i < 2_000; i++) {
      final byte[] bytes = Arrays.copyOf(good, 1 + random.nextInt(good.length + 2));
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      refusedOrRead(Invitation.CODEC, bytes, seed);
    }
  }
}
