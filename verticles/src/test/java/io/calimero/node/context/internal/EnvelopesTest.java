// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.context.EnvelopeStatistics;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.crypto.EpochKey;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.OrderChange;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.KeyMessages.GiveKeys;
import io.calimero.node.events.messages.KeyMessages.GivenKeys;
import io.calimero.node.events.messages.KeyMessages.KeysTaken;
import io.calimero.node.events.messages.KeyMessages.Open;
import io.calimero.node.events.messages.KeyMessages.Opened;
import io.calimero.node.events.messages.KeyMessages.Reading;
import io.calimero.node.events.messages.KeyMessages.Seal;
import io.calimero.node.events.messages.KeyMessages.TakeKeys;
import io.calimero.node.events.peers.Envelope;
import io.calimero.node.events.peers.HandedKey;
import io.calimero.node.events.peers.Membership;
import io.calimero.node.events.peers.PeerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A context of three nodes that say things for members only: Ada orders, Ben and Cem follow. */
class EnvelopesTest {
  private static final ContextOptions OPTIONS =
      new ContextOptions(64, 1 << 20, 8, 2, 1 << 20, Duration.ofSeconds(1), 1_000_000_000L, true);
  private static final Bytes SAID = Bytes.utf8("what members say");
  private static final Bytes NONCE = Bytes.wrap(new byte[PeerMessage.NONCE_LENGTH]);

  @TempDir private Path home;
  private CoreFixture ada;
  private CoreFixture ben;
  private CoreFixture cem;
  private ContextId context;
  private PublicKey creator;
  private PublicKey bens;
  private PublicKey cems;

  @BeforeEach
  void share() throws IOException {
    ada = new CoreFixture(Files.createDirectory(home.resolve("ada")), OPTIONS);
    ben = new CoreFixture(Files.createDirectory(home.resolve("ben")), OPTIONS);
    cem = new CoreFixture(Files.createDirectory(home.resolve("cem")), OPTIONS);
    final Created created = ada.create();
    context = created.context();
    creator = created.member();
    bens = join(ben);
    cems = join(cem);
    follow(ben);
  }

  private PublicKey join(final CoreFixture node) {
    final PublicKey invitee = node.get(node.core.createIdentity());
    final String invitation =
        ada.get(ada.core.invite(new Invite(context, creator, invitee))).invitation();
    node.others.fetching = Optional.of(_ -> node.core.apply(new Apply(context, log())));
    node.get(node.core.join(new Join(invitation)));
    return invitee;
  }

  private List<Entry.Signed> log() {
    return ada.get(ada.core.read(new ReadLog(context, 1, 1000, 1 << 20))).entries().stream()
        .map(Entry.Logged::signed)
        .toList();
  }

  private void follow(final CoreFixture node) {
    node.get(node.core.apply(new Apply(context, log())));
  }

  private long position(final CoreFixture node) {
    return node.get(node.core.context(context)).head().position();
  }

  private void change(final ConfigurationEvent event) {
    final KeyPair author = ada.keys.find(creator).orElseThrow();
    final byte[] unique = new byte[16];
    new SecureRandom().nextBytes(unique);
    ada.get(
        ada.core.orderChange(
            new OrderChange(
                ConfigurationEvent.Signed.sign(author, context, Bytes.wrap(unique), event))));
  }

  /** What a node says now, in its envelope; nothing if it has no key for it. */
  private Optional<Bytes> say(final CoreFixture node, final String name) {
    return sayAfter(node, name, position(node));
  }

  private Optional<Bytes> sayAfter(final CoreFixture node, final String name, final long after) {
    return node.get(node.core.seal(new Seal(context, after, name, SAID))).envelope();
  }

  private Opened hear(final CoreFixture node, final String author, final Bytes envelope) {
    return node.get(node.core.open(new Open(context, author, envelope)));
  }

  private void assertRead(final CoreFixture node, final String author, final Bytes envelope) {
    assertThat(hear(node, author, envelope)).isEqualTo(new Opened(Reading.READ, SAID));
  }

  private Membership talk(final String client, final String server) {
    return new Membership(context, client, server, NONCE, NONCE);
  }

  /** Asks one node for its keys for another. */
  private int hand(final CoreFixture from, final CoreFixture to, final PublicKey member) {
    final Membership talk = talk("asker", "asked");
    final GivenKeys given = from.get(from.core.giveKeys(new GiveKeys(context, member, talk)));
    return to.get(to.core.takeKeys(new TakeKeys(context, member, talk, given.keys()))).fresh();
  }

  private static Envelope envelope(final Bytes bytes) {
    return Envelope.CODEC.decode(bytes.toByteArray());
  }

  @Test
  void whoHasTheKeyReadsAndWhoHasNotAsksForIt() {
    final Bytes said = say(ada, "ada").orElseThrow();
    assertThat(hear(ben, "ada", said)).isEqualTo(new Opened(Reading.UNKNOWN_KEY, Bytes.EMPTY));
    assertThat(say(ben, "ben")).isEmpty();
    assertThat(hand(ada, ben, bens)).isEqualTo(1);
    assertRead(ben, "ada", said);
    assertRead(ada, "ben", say(ben, "ben").orElseThrow());
    // Any member may hand it on, and it is taken once.
    assertThat(hand(ben, cem, cems)).isEqualTo(1);
    assertThat(hand(ada, cem, cems)).isZero();
    assertRead(cem, "ada", said);
    assertThat(envelope(said).epoch()).isEqualTo(1);
  }

  @Test
  void keysAreOnDiskAndAfterARestartNothingIsSealedUnderANonceOfBefore() {
    final Bytes before = say(ada, "ada").orElseThrow();
    hand(ada, ben, bens);
    ada.restart();
    ben.restart();
    final Bytes after = say(ada, "ada").orElseThrow();
    assertThat(envelope(after).keyId()).isEqualTo(envelope(before).keyId());
    assertThat(envelope(after).session()).isNotEqualTo(envelope(before).session());
    assertRead(ben, "ada", before);
    assertRead(ben, "ada", after);
  }

  @Test
  void aHomeWithoutKeysStartsAndGetsThem() throws IOException {
    say(ada, "ada");
    hand(ada, ben, bens);
    Files.delete(home.resolve("ada/keys/epochs/" + context + ".epochs"));
    Files.delete(home.resolve("ben/keys/epochs/" + context + ".epochs"));
    ada.restart();
    ben.restart();
    final Bytes said = say(ada, "ada").orElseThrow();
    assertThat(hear(ben, "ada", said).reading()).isEqualTo(Reading.UNKNOWN_KEY);
    assertThat(hand(ada, ben, bens)).isEqualTo(1);
    assertRead(ben, "ada", said);
  }

  @Test
  void damagedKeysAreMadeAnew() throws IOException {
    final Bytes before = say(ada, "ada").orElseThrow();
    Files.write(home.resolve("ada/keys/epochs/" + context + ".epochs"), new byte[] {1, 2, 3});
    ada.restart();
    final Bytes after = say(ada, "ada").orElseThrow();
    assertThat(envelope(after).keyId()).isNotEqualTo(envelope(before).keyId());
    hand(ada, ben, bens);
    assertRead(ben, "ada", after);
  }

  @Test
  void whoWasRemovedDoesNotReadWhatIsSaidLater() {
    say(ada, "ada");
    hand(ada, ben, bens);
    hand(ada, cem, cems);
    final long before = position(ada);
    change(new MemberRemoved(cems));
    // That it was removed is the last thing that it reads.
    final Bytes removal = sayAfter(ada, "ada", before).orElseThrow();
    assertThat(envelope(removal).epoch()).isEqualTo(1);
    assertRead(cem, "ada", removal);
    final Bytes later = say(ada, "ada").orElseThrow();
    assertThat(envelope(later).epoch()).isEqualTo(2);
    assertThat(hear(cem, "ada", later).reading()).isEqualTo(Reading.UNKNOWN_KEY);
    assertThat(
            ada.problem(ada.core.giveKeys(new GiveKeys(context, cems, talk("asker", "asked"))))
                .code())
        .isEqualTo(Code.UNAUTHORIZED);
    // Ben reads it, before and after he knows of the removal, once he has the key.
    assertThat(hear(ben, "ada", later).reading()).isEqualTo(Reading.UNKNOWN_KEY);
    assertThat(hand(ada, ben, bens)).isEqualTo(1);
    assertRead(ben, "ada", later);
    follow(ben);
    assertRead(ben, "ada", say(ada, "ada").orElseThrow());
  }

  @Test
  void aNodeThatIsBehindDoesNotHandOutAKeyOfAnEpochThatItCannotJudge() {
    say(ada, "ada");
    hand(ada, ben, bens);
    hand(ada, cem, cems);
    change(new MemberRemoved(cems));
    say(ada, "ada");
    assertThat(hand(ada, ben, bens)).isEqualTo(1);
    // Ben has the key of epoch 2, but does not know yet that Cem is no member in it.
    final Membership talk = talk("asker", "asked");
    assertThat(
            ben.get(ben.core.giveKeys(new GiveKeys(context, cems, talk))).keys().stream()
                .map(HandedKey::epoch))
        .containsOnly(1L);
    follow(ben);
    assertThat(ben.problem(ben.core.giveKeys(new GiveKeys(context, cems, talk))).code())
        .isEqualTo(Code.UNAUTHORIZED);
  }

  @Test
  void whoComesBackReadsAgain() {
    say(ada, "ada");
    hand(ada, cem, cems);
    change(new MemberRemoved(cems));
    final Bytes meanwhile = say(ada, "ada").orElseThrow();
    change(new MemberAdded(cems));
    follow(cem);
    assertThat(hand(ada, cem, cems)).isEqualTo(1);
    assertRead(cem, "ada", say(ada, "ada").orElseThrow());
    // The history is theirs again, so this is no secret before them either.
    assertRead(cem, "ada", meanwhile);
    assertRead(ada, "cem", say(cem, "cem").orElseThrow());
  }

  @Test
  void theEpochBeforeIsHeardForAWhileAndItsKeyForgottenThen() throws IOException {
    say(ada, "ada");
    hand(ada, ben, bens);
    change(new MemberRemoved(cems));
    final Bytes late = say(ben, "ben").orElseThrow();
    final Bytes later = say(ben, "ben").orElseThrow();
    assertThat(envelope(late).epoch()).isEqualTo(1);
    assertRead(ada, "ben", late);
    say(ada, "ada");
    ada.pass(Duration.ofNanos(Envelopes.GRACE_NANOS));
    assertThat(hear(ada, "ben", later).reading()).isEqualTo(Reading.ENDED_EPOCH);
    ada.settle();
    assertThat(ada.epochKeys.load(context)).extracting(kept -> kept.epoch()).containsExactly(2L);
  }

  @Test
  void whatCameBeforeOrFromAnotherIsNotTaken() {
    final Bytes said = say(ada, "ada").orElseThrow();
    hand(ada, ben, bens);
    assertThat(hear(ben, "eve", said).reading()).isEqualTo(Reading.FORGED);
    assertRead(ben, "ada", said);
    assertThat(hear(ben, "ada", said).reading()).isEqualTo(Reading.REPEATED);
    final byte[] changed = said.toByteArray();
    changed[changed.length - 1] ^= 1;
    assertThat(hear(ben, "ada", Bytes.wrap(changed)).reading()).isEqualTo(Reading.FORGED);
    assertThat(hear(ben, "ada", Bytes.utf8("hello")).reading()).isEqualTo(Reading.MALFORMED);
    assertThat(ben.core.envelopes()).isEqualTo(new EnvelopeStatistics(1, 0, 0, 1, 2, 1));
  }

  @Test
  void aKeyForWhichTheCoordinatorDoesNotVouchIsNotTaken() {
    final KeyPair ben = this.ben.keys.find(bens).orElseThrow();
    final EpochKey made = EpochKey.generate(new SecureRandom());
    final Membership talk = talk("asker", "asked");
    final HandedKey forged =
        HandedKey.seal(
            1,
            ben.sign(HandedKey.vouching(context, 1, made)),
            made,
            cems,
            talk,
            new SecureRandom());
    assertThat(
            cem.get(cem.core.takeKeys(new TakeKeys(context, cems, talk, List.of(forged, forged)))))
        .isEqualTo(new KeysTaken(0));
    // Nor one that was handed over in another conversation
    final GivenKeys given = ada.get(ada.core.giveKeys(new GiveKeys(context, cems, talk)));
    assertThat(
            cem.get(
                cem.core.takeKeys(
                    new TakeKeys(context, cems, talk("other", "asked"), given.keys()))))
        .isEqualTo(new KeysTaken(0));
    assertThat(cem.get(cem.core.takeKeys(new TakeKeys(context, cems, talk, given.keys()))))
        .isEqualTo(new KeysTaken(1));
  }

  @Test
  void aStrangerIsGivenNothing() {
    final PublicKey eve = KeyPair.ofSecret(Hash.sha256(new byte[] {9})).publicKey();
    assertThat(
            ada.problem(ada.core.giveKeys(new GiveKeys(context, eve, talk("eve", "ada")))).code())
        .isEqualTo(Code.UNAUTHORIZED);
    final ContextId nowhere = new ContextId(Hash.ZERO);
    assertThat(ada.problem(ada.core.seal(new Seal(nowhere, 0, "ada", SAID))).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
  }

  @Test
  void nothingIsLeftOfAContextThatIsRemoved() {
    say(ada, "ada");
    assertThat(ada.epochKeys.load(context)).hasSize(1);
    ada.get(ada.core.remove(context));
    assertThat(ada.epochKeys.load(context)).isEmpty();
  }

  @Test
  void manyEpochsLeaveFewKeys() {
    for (int i = 0; i < 12; i++) {
      change(new MemberRemoved(cems));
      change(new MemberAdded(cems));
      say(ada, "ada");
    }
    ada.settle();
    assertThat(ada.get(ada.core.context(context)).epoch()).isEqualTo(13);
    assertThat(ada.epochKeys.load(context)).hasSizeLessThanOrEqualTo(2);
    ada.restart();
    assertThat(ada.get(ada.core.context(context)).epoch()).isEqualTo(13);
  }
}
