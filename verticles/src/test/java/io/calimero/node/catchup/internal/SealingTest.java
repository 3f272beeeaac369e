// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.CatchupMessages.Submit;
import io.calimero.node.events.messages.ContextMessages.All;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.ListAll;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.KeyMessages.Open;
import io.calimero.node.events.messages.KeyMessages.Opened;
import io.calimero.node.events.messages.KeyMessages.Reading;
import io.calimero.node.events.messages.KeyMessages.Seal;
import io.calimero.node.events.messages.KeyMessages.Sealed;
import io.calimero.node.events.messages.NetworkMessages.CloseStream;
import io.calimero.node.events.messages.NetworkMessages.Done;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Judge;
import io.calimero.node.events.messages.NetworkMessages.Mesh;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Publish;
import io.calimero.node.events.messages.NetworkMessages.Published;
import io.calimero.node.events.messages.NetworkMessages.Receive;
import io.calimero.node.events.messages.NetworkMessages.Received;
import io.calimero.node.events.messages.NetworkMessages.Send;
import io.calimero.node.events.messages.NetworkMessages.Subscribe;
import io.calimero.node.events.messages.NetworkMessages.Verdict;
import io.calimero.node.events.peers.GossipMessage;
import io.calimero.node.events.peers.GossipMessage.HeadNotice;
import io.calimero.node.events.peers.GossipMessage.Submitted;
import io.calimero.node.events.peers.PeerCodecs;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.events.peers.PeerMessage.Hello;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node says and hears on a topic, among peers of whom some are no members. */
class SealingTest {
  private static final KeyPair COORDINATOR = KeyPair.ofSecret(Hash.sha256(new byte[] {1}));
  private static final PublicKey MEMBER = KeyPair.ofSecret(Hash.sha256(new byte[] {2})).publicKey();
  private static final ContextId CONTEXT = new ContextId(Hash.sha256(new byte[] {3}));
  private static final Head HEAD = new Head(7, Hash.sha256(new byte[] {4}), 70);
  private static final String TOPIC = GossipMessage.topic(CONTEXT);

  private final Script script = new Script();
  private final CatchupCore core =
      new CatchupCore(script, () -> Bytes.wrap(new byte[PeerMessage.NONCE_LENGTH]), "self");

  /** The other verticles, as far as they are asked here: every peer hangs up after a hello. */
  private static final class Script implements Commands {
    private final List<Object> asked = new ArrayList<>();
    private Reading reading = Reading.UNKNOWN_KEY;
    private Bytes content = Bytes.EMPTY;
    private Optional<Bytes> envelope = Optional.empty();
    private PublicKey owned = MEMBER;
    private List<String> subscribers = List.of();
    private long streams;

    @Override
    public <Q, R> CompletableFuture<R> ask(final CommandTopic<Q, R> topic, final Q request) {
      asked.add(request);
      final Object reply =
          switch (request) {
            case Get _ -> summary();
            case ListAll _ -> new All(List.of(summary()));
            case Open _ -> new Opened(reading, content);
            case Seal _ -> new Sealed(envelope);
            case GetMesh _ -> new Mesh(subscribers, List.of());
            case OpenStream open -> new OpenedStream(++streams, open.peer(), open.protocol());
            case Receive _ -> new Received(Optional.empty(), true);
            case Publish _ -> new Published(1);
            case Subscribe _, Send _, CloseStream _, Judge _ -> new Done();
            default -> Unanswered.UNANSWERED;
          };
      if (reply instanceof Unanswered) {
        return Problems.failed(Code.NOT_READY, "nobody answers " + topic.address());
      }
      @SuppressWarnings("unchecked") // replies to requests as the topics have them
      final R typed = (R) reply;
      return CompletableFuture.completedFuture(typed);
    }

    private Summary summary() {
      return new Summary(
          CONTEXT,
          new ApplicationId(Hash.ZERO),
          HEAD,
          List.of(COORDINATOR.publicKey(), MEMBER),
          List.of(owned),
          COORDINATOR.publicKey(),
          1,
          1,
          Optional.empty());
    }

    <T> List<T> all(final Class<T> kind) {
      return asked.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  @BeforeEach
  void here() {
    core.joined("ada");
    core.take(CONTEXT);
    script.asked.clear();
  }

  private Verdict judged(final String topic, final String author) {
    core.gossip(new Gossip(1, topic, author, "sender", Bytes.utf8("an envelope")));
    return script.all(Judge.class).getLast().verdict();
  }

  private List<String> askedAfter(final Head head) {
    script.asked.clear();
    script.reading = Reading.READ;
    script.content = Bytes.wrap(PeerCodecs.GOSSIP.encode(new HeadNotice(CONTEXT, head)));
    assertThat(judged(TOPIC, "eve")).isEqualTo(Verdict.ACCEPT);
    return script.all(OpenStream.class).stream().map(OpenStream::peer).toList();
  }

  @Test
  void whoHasMoreOrAnotherLastEntryIsAskedForIt() {
    final Hash other = Hash.sha256(new byte[] {5});
    assertThat(askedAfter(HEAD)).isEmpty();
    assertThat(askedAfter(new Head(6, other, 60))).isEmpty();
    assertThat(askedAfter(new Head(7, other, 70))).contains("eve");
  }

  @Test
  void whatCannotBeReadIsIgnoredAndWhatIsForgedIsHeldAgainstItsSender() {
    script.reading = Reading.UNKNOWN_KEY;
    assertThat(judged(TOPIC, "eve")).isEqualTo(Verdict.IGNORE);
    script.reading = Reading.ENDED_EPOCH;
    assertThat(judged(TOPIC, "eve")).isEqualTo(Verdict.IGNORE);
    script.reading = Reading.REPEATED;
    assertThat(judged(TOPIC, "eve")).isEqualTo(Verdict.IGNORE);
    script.reading = Reading.FORGED;
    assertThat(judged(TOPIC, "eve")).isEqualTo(Verdict.REJECT);
    script.reading = Reading.MALFORMED;
    assertThat(judged(TOPIC, "eve")).isEqualTo(Verdict.REJECT);
    script.reading = Reading.READ;
    assertThat(judged(TOPIC, "ada")).isEqualTo(Verdict.REJECT);
    script.content = Bytes.wrap(PeerCodecs.GOSSIP.encode(new HeadNotice(CONTEXT, HEAD)));
    assertThat(judged(TOPIC, "ada")).isEqualTo(Verdict.ACCEPT);
    // A message for another context that has this context's key
    final ContextId other = new ContextId(Hash.ZERO);
    script.content = Bytes.wrap(PeerCodecs.GOSSIP.encode(new HeadNotice(other, HEAD)));
    assertThat(judged(TOPIC, "ada")).isEqualTo(Verdict.REJECT);
  }

  @Test
  void theTopicOfAContextThatIsNotHereIsNotEvenOpened() {
    assertThat(judged(GossipMessage.topic(new ContextId(Hash.ZERO)), "ada"))
        .isEqualTo(Verdict.IGNORE);
    assertThat(judged(CONTEXT.toString(), "ada")).isEqualTo(Verdict.IGNORE);
    assertThat(script.all(Open.class)).isEmpty();
  }

  @Test
  void rubbishMakesANodeAskFewPeersAndMoreAndMoreSeldom() {
    for (int second = 0; second < 300; second++) {
      for (int i = 0; i < 20; i++) {
        assertThat(judged(TOPIC, "eve " + second + " " + i)).isEqualTo(Verdict.IGNORE);
      }
      core.tick();
    }
    // Each time a few of those who spoke, at intervals that double up to a minute
    assertThat(script.all(OpenStream.class).size()).isBetween(10, 60);
  }

  @Test
  void aStrangerWhoIsAskedLearnsNoContext() {
    judged(TOPIC, "eve");
    final byte[] said = script.all(Send.class).getFirst().frame().toByteArray();
    assertThat(PeerCodecs.MESSAGE.decode(said))
        .isEqualTo(
            new Hello(
                GossipMessage.rendezvous(CONTEXT),
                MEMBER,
                Bytes.wrap(new byte[PeerMessage.NONCE_LENGTH])));
    assertThat(new String(said, StandardCharsets.ISO_8859_1))
        .doesNotContain(new String(CONTEXT.hash().toByteArray(), StandardCharsets.ISO_8859_1));
  }

  @Test
  void withoutAKeyNothingIsSaidAndOneIsAskedFor() {
    script.subscribers = List.of("ada");
    core.announceHeads();
    assertThat(script.all(Seal.class)).hasSize(1);
    assertThat(script.all(Publish.class)).isEmpty();
    assertThat(script.all(OpenStream.class)).extracting(OpenStream::peer).containsExactly("ada");
    script.envelope = Optional.of(Bytes.utf8("sealed"));
    core.announceHeads();
    assertThat(script.all(Publish.class)).containsExactly(new Publish(TOPIC, Bytes.utf8("sealed")));
  }

  @Test
  void aTransactionThatFindsNoStreamTravelsInAnEnvelopeToo() {
    final Transaction.Signed transaction =
        new Transaction(
                CONTEXT,
                MEMBER,
                "put",
                Bytes.utf8("a secret"),
                Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
                Optional.empty())
            .sign(KeyPair.ofSecret(Hash.sha256(new byte[] {2})));
    script.envelope = Optional.of(Bytes.utf8("sealed"));
    assertThat(core.submit(new Submit(transaction, Optional.empty(), 0)))
        .isCompletedExceptionally();
    assertThat(script.all(Publish.class)).containsExactly(new Publish(TOPIC, Bytes.utf8("sealed")));
    assertThat(script.all(Seal.class)).extracting(Seal::after).containsExactly(HEAD.position());
    assertThat(PeerCodecs.GOSSIP.decode(script.all(Seal.class).getFirst().content().toByteArray()))
        .isEqualTo(new Submitted(transaction, Optional.empty()));
  }

  @Test
  void whoOrdersAsksNobodyForAKey() {
    script.owned = COORDINATOR.publicKey();
    script.subscribers = List.of("ada");
    judged(TOPIC, "eve");
    assertThat(script.all(OpenStream.class)).isEmpty();
  }

  @Test
  void aMessageEndsWithTheEntryThatEndsAnEpoch() {
    script.owned = COORDINATOR.publicKey();
    script.envelope = Optional.of(Bytes.utf8("sealed"));
    final List<Entry.Logged> entries = new ArrayList<>();
    Head head = HEAD;
    for (final ConfigurationEvent event :
        List.of(
            new CheckpointTaken(1, Hash.ZERO, 0, 0, Hash.ZERO),
            new MemberRemoved(MEMBER),
            new CheckpointTaken(2, Hash.ZERO, 0, 0, Hash.ZERO),
            new CheckpointTaken(3, Hash.ZERO, 0, 0, Hash.ZERO))) {
      final Entry entry =
          Entry.after(
              CONTEXT,
              head,
              head.timestamp() + 1,
              1,
              new Entry.Configured(
                  ConfigurationEvent.Signed.sign(
                      COORDINATOR, CONTEXT, Bytes.wrap(new byte[16]), event)));
      final Entry.Signed signed = Entry.Signed.sign(entry, entry.hash(), COORDINATOR);
      entries.add(new Entry.Logged(signed, Optional.empty()));
      head = signed.head();
    }
    core.committed(new Committed(CONTEXT, entries));
    assertThat(script.all(Seal.class)).extracting(Seal::after).containsExactly(7L, 9L);
    assertThat(script.all(Publish.class)).hasSize(2);
  }

  private enum Unanswered {
    UNANSWERED
  }
}
