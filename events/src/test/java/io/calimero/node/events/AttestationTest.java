// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Attested transactions and the rules for them. */
class AttestationTest {
  private static final PublicKey MEMBER = Samples.MEMBER.publicKey();
  private static final PublicKey OTHER = KeyPair.ofSecret(Hash.sha256(new byte[] {2})).publicKey();
  private static final Bytes KEY = Bytes.utf8("key");
  private static final long HEAD = 9;

  private final TreeMap<Bytes, Bytes> rows = new TreeMap<>(Map.of(KEY, Bytes.utf8("value")));
  private Configuration configuration =
      Configuration.of(Samples.created()).apply(new ConfigurationEvent.MemberAdded(OTHER));

  private static WriteSet.Write seat(final PublicKey executor) {
    return new WriteSet.Write(Attestation.seat(executor), Optional.of(Samples.UNIQUE));
  }

  private List<Observation> observations(final Observation... more) {
    final List<Observation> all = new ArrayList<>();
    all.add(new Observation.OfKey(Attestation.seat(MEMBER), Observation.digest(Optional.empty())));
    all.addAll(List.of(more));
    return all;
  }

  private static Outcome effects(final WriteSet.Write... writes) {
    return new Outcome(
        Optional.empty(), List.of(), List.of(), new WriteSet(Arrays.asList(writes)), 7);
  }

  private static Outcome asking(final Action... actions) {
    return new Outcome(
        Optional.empty(),
        List.of(),
        List.of(),
        new WriteSet(List.of(seat(MEMBER))),
        7,
        List.of(actions));
  }

  private Transaction attested(
      final PublicKey executor, final List<Observation> observations, final Outcome effects) {
    return new Transaction(
            Samples.CONTEXT, executor, "set", Bytes.EMPTY, Samples.UNIQUE, Optional.empty())
        .attested(new Attestation(3, Hash.ZERO, Samples.APPLICATION.blob(), observations, effects));
  }

  private Optional<Problem> objection(final Transaction transaction) {
    return AttestationRules.objection(configuration, HEAD, new Rows(rows), transaction);
  }

  private record Rows(TreeMap<Bytes, Bytes> map) implements AttestationRules.Rows {
    @Override
    public Optional<Bytes> get(final Bytes key) {
      return Optional.ofNullable(map.get(key));
    }

    @Override
    public Iterator<Map.Entry<Bytes, Bytes>> scan(final Bytes from, final Bytes to) {
      return Collections.unmodifiableMap(map.subMap(from, to)).entrySet().iterator();
    }
  }

  private Transaction good() {
    return attested(
        MEMBER,
        observations(
            new Observation.OfKey(KEY, Observation.digest(Optional.of(Bytes.utf8("value")))),
            new Observation.OfRange(
                Bytes.utf8("a"), Bytes.utf8("z"), Observation.digest(rows.entrySet().iterator())),
            new Observation.OfMembers(Observation.digest(configuration.members().keySet()))),
        effects(seat(MEMBER), new WriteSet.Write(KEY, Optional.empty())));
  }

  @Test
  void itGoesThereAndBackAndItsExecutorSignsAllOfIt() {
    final Transaction.Signed signed = good().sign(Samples.MEMBER);
    final Transaction.Signed read =
        Transaction.Signed.CODEC.decode(Transaction.Signed.CODEC.encode(signed));
    assertThat(read).isEqualTo(signed);
    assertThat(read.verify()).isTrue();
    assertThat(good().hash()).isNotEqualTo(attested(MEMBER, List.of(), effects()).hash());
  }

  @Test
  void theLogHasItsEffectsOnce() {
    final Transaction.Signed signed = good().sign(Samples.MEMBER);
    final Outcome effects = good().attestation().orElseThrow().effects();
    final Entry entry =
        Entry.after(
            Samples.CONTEXT,
            Samples.genesis().signed().head(),
            0,
            1,
            new Entry.Executed(signed, effects.digest()));
    final Entry.Signed entrySigned = Entry.Signed.sign(entry, entry.hash(), Samples.MEMBER);
    final Entry.Logged logged = new Entry.Logged(entrySigned, Optional.of(effects));
    final byte[] bytes = Entry.Logged.CODEC.encode(logged);
    assertThat(bytes).hasSize(Entry.Signed.CODEC.encode(entrySigned).length + 1);
    assertThat(Entry.Logged.CODEC.decode(bytes)).isEqualTo(logged);
    assertThat(Entry.Logged.CODEC.decode(bytes).outcomeMatches()).isTrue();
  }

  @Test
  void argumentsResultsAndLogsHaveNoPlaceInIt() {
    final Attestation attestation = good().attestation().orElseThrow();
    assertThatThrownBy(
            () ->
                new Transaction(
                    Samples.CONTEXT,
                    MEMBER,
                    "set",
                    Bytes.utf8("{}"),
                    Samples.UNIQUE,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(attestation)))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> attested(MEMBER, List.of(), Samples.outcome()))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void damagedBytesAreMalformedAndNothingElse() {
    final byte[] whole = Transaction.Signed.CODEC.encode(good().sign(Samples.MEMBER));
    final long seed = Long.getLong("random.seed", System.nanoTime());
    final Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      final byte[] bytes =
          random.nextBoolean() ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        final Transaction.Signed read = Transaction.Signed.CODEC.decode(bytes);
        assertThat(Arrays.equals(bytes, whole) || !read.verify()).as("seed %d", seed).isTrue();
      } catch (final MalformedException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
  }

  @Test
  void whatIsStillAsItWasFoundMayFollow() {
    assertThat(objection(good())).isEmpty();
  }

  @Test
  void whateverHasChangedMakesItStale() {
    final Transaction transaction = good();
    rows.put(Bytes.utf8("k"), Bytes.EMPTY);
    assertStale(transaction, "a range of rows");
    rows.remove(Bytes.utf8("k"));
    rows.put(KEY, Bytes.utf8("another"));
    assertStale(transaction, "a row");
    rows.put(KEY, Bytes.utf8("value"));
    rows.put(Attestation.seat(MEMBER), Samples.UNIQUE);
    assertStale(transaction, "a row");
    rows.remove(Attestation.seat(MEMBER));
    assertThat(objection(transaction)).isEmpty();
    configuration = configuration.apply(new ConfigurationEvent.MemberRemoved(OTHER));
    assertStale(transaction, "the members");
    configuration =
        configuration.apply(
            new ConfigurationEvent.ApplicationUpdated(
                new Application(
                    new BlobId(Hash.sha256(new byte[] {9})), 5, "file:///b", Bytes.EMPTY)));
    assertStale(transaction, "the application");
  }

  private void assertStale(final Transaction transaction, final String what) {
    final Problem problem = objection(transaction).orElseThrow();
    assertThat(problem.code()).isEqualTo(Code.STALE);
    assertThat(problem.message()).startsWith(what);
  }

  @Test
  void whatNoHonestAuthorSendsIsRefused() {
    refused(attested(MEMBER, List.of(), effects(seat(MEMBER))), "which attested transaction");
    refused(attested(MEMBER, observations(), effects()), "which attested transaction");
    final WriteSet.Write other = new WriteSet.Write(Attestation.seat(OTHER), Optional.empty());
    final List<WriteSet.Write> both = new ArrayList<>(List.of(seat(MEMBER), other));
    both.sort((one, two) -> one.key().compareTo(two.key()));
    refused(
        attested(MEMBER, observations(), effects(both.toArray(WriteSet.Write[]::new))),
        "not for it to write");
    refused(
        attested(
            MEMBER,
            observations(),
            effects(
                seat(MEMBER), new WriteSet.Write(Bytes.wrap(filled((2 << 20))), Optional.empty()))),
        "too large");
    refused(
        attested(MEMBER, observations(), asking(new Action.RemoveMember(MEMBER))), "RemoveMember");
    final Observation ofOther =
        new Observation.OfKey(Attestation.seat(OTHER), Observation.digest(Optional.empty()));
    refused(
        attested(
            OTHER,
            List.of(ofOther),
            new Outcome(
                Optional.empty(),
                List.of(),
                List.of(),
                new WriteSet(List.of(seat(OTHER))),
                0,
                List.of(new Action.AddMember(MEMBER)))),
        "AddMember");
    assertThat(objection(attested(MEMBER, observations(), asking(new Action.AddMember(MEMBER)))))
        .isEmpty();
  }

  private static byte[] filled(final int length) {
    final byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) 'x');
    return bytes;
  }

  private void refused(final Transaction transaction, final String why) {
    final Problem problem = objection(transaction).orElseThrow();
    assertThat(problem.code()).isEqualTo(Code.INVALID_REQUEST);
    assertThat(problem.message()).contains(why);
  }

  @Test
  void aContextMayForbidThem() {
    final Limits strict = Limits.DEFAULT.withOptions(Limits.NOT_ATTESTED);
    assertThat(strict.attestable()).isFalse();
    assertThat(Limits.CODEC.decode(Limits.CODEC.encode(strict))).isEqualTo(strict);
    assertThat(Limits.CODEC.encode(strict)[0]).isEqualTo((byte) 3);
    configuration =
        new Configuration(
            configuration.context(),
            configuration.application(),
            strict,
            configuration.members(),
            configuration.coordinator(),
            configuration.term(),
            configuration.epoch());
    assertThat(objection(good()).orElseThrow().code()).isEqualTo(Code.UNAUTHORIZED);
    assertThatThrownBy(() -> Limits.DEFAULT.withOptions(4)).isInstanceOf(MalformedException.class);
  }
}
