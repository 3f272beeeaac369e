// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ConfigurationEvent.CapabilityGranted;
import io.calimero.node.events.ConfigurationEvent.CapabilityRevoked;
import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.CoordinatorChanged;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryTest {
  private static final PublicKey OTHER = KeyPair.ofSecret(Hash.sha256(new byte[] {2})).publicKey();

  @Test
  void entriesGoThereAndBackAndKeepTheirHashes() {
    for (final Entry.Logged entry : List.of(Samples.genesis(), Samples.executed())) {
      final Entry.Logged read = Entry.Logged.CODEC.decode(Entry.Logged.CODEC.encode(entry));
      assertThat(read).isEqualTo(entry);
      assertThat(read.signed().verify(Samples.MEMBER.publicKey())).isTrue();
      assertThat(read.signed().verify(OTHER)).isFalse();
      assertThat(read.outcomeMatches()).isTrue();
    }
  }

  /** These change only together with a format number: other nodes have them on disk. */
  @Test
  void theHashesOfFormatOneAreFixed() {
    assertThat(
            List.of(
                Samples.transaction().hash(),
                Samples.genesis().signed().hash(),
                Samples.outcome().digest(),
                Samples.executed().signed().hash()))
        .map(Hash::toString)
        .containsExactly(
            "GaGtRNQYcSWiQg6N7Q13kqUQEywtDV8eYiNjo9Rdtuog",
            "6s4rpRdjyyiq9UbFw2mzzEGg4yKNVZWRU5SnmLfsCyBd",
            "CJygng6HybQYubF5act2VjPB7LKHjc665J9xQzQbzj2S",
            "D3TLN7sHGcRQTgPuSY232bAkuNoAZ5EWYSZv7udg5kZQ");
  }

  @Test
  void theClockMayGoBackButTimestampsDoNot() {
    final Head head = new Head(3, Hash.ZERO, 1000);
    assertThat(Entry.timeAfter(head, 5)).isEqualTo(1001);
    assertThat(Entry.timeAfter(head, 5000)).isEqualTo(5000);
  }

  @Test
  void anOutcomeOfAnotherCallIsNoticed() {
    final Outcome other = new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 0);
    assertThat(new Entry.Logged(Samples.executed().signed(), Optional.of(other)).outcomeMatches())
        .isFalse();
    assertThat(new Entry.Logged(Samples.executed().signed(), Optional.empty()).outcomeMatches())
        .isFalse();
  }

  @Test
  void everyPartOfAnOutcomeIsInItsDigest() {
    final Outcome o = Samples.outcome();
    assertThat(
            List.of(
                new Outcome(Optional.empty(), o.logs(), o.events(), o.writes(), o.gas()),
                new Outcome(o.returned(), List.of(), o.events(), o.writes(), o.gas()),
                new Outcome(o.returned(), o.logs(), List.of(), o.writes(), o.gas()),
                new Outcome(o.returned(), o.logs(), o.events(), WriteSet.EMPTY, o.gas()),
                new Outcome(o.returned(), o.logs(), o.events(), o.writes(), 8)))
        .extracting(Outcome::digest)
        .doesNotContain(o.digest())
        .doesNotHaveDuplicates();
  }

  @Test
  void aWriteSetOutOfOrderIsRefused() {
    final WriteSet.Write a = new WriteSet.Write(Bytes.utf8("a"), Optional.empty());
    final WriteSet.Write b = new WriteSet.Write(Bytes.utf8("b"), Optional.empty());
    assertThatThrownBy(() -> new WriteSet(List.of(b, a))).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new WriteSet(List.of(a, a))).isInstanceOf(MalformedException.class);
  }

  @Test
  void aContextCannotBeBegunInAnothersName() {
    assertThat(Samples.created().verify()).isTrue();
    final ConfigurationEvent.ContextCreated c = Samples.created();
    assertThat(
            new ConfigurationEvent.ContextCreated(
                    c.context(), c.application(), OTHER, c.limits(), c.proof())
                .verify())
        .isFalse();
  }

  @Test
  void theConfigurationFollowsItsEvents() {
    final Configuration first = Configuration.of(Samples.created());
    assertThat(first.has(Samples.MEMBER.publicKey(), Capability.MANAGE_MEMBERS)).isTrue();
    final Configuration grown =
        first
            .apply(new MemberAdded(OTHER))
            .apply(new CapabilityGranted(OTHER, Capability.MANAGE_APPLICATION))
            .apply(new CoordinatorChanged(OTHER))
            .apply(new CheckpointTaken(1, Hash.ZERO, 2, 3, Hash.ZERO));
    assertThat(grown.isMember(OTHER)).isTrue();
    assertThat(grown.has(OTHER, Capability.MANAGE_APPLICATION)).isTrue();
    assertThat(grown.has(OTHER, Capability.MANAGE_MEMBERS)).isFalse();
    assertThat(grown.term()).isEqualTo(2);
    assertThat(grown.epoch()).isEqualTo(1);
    assertThat(grown.apply(new MemberRemoved(new PublicKey(Hash.ZERO)))).isEqualTo(grown);
    assertThat(Configuration.CODEC.decode(Configuration.CODEC.encode(grown))).isEqualTo(grown);
    final Configuration shrunk =
        grown
            .apply(new CapabilityRevoked(OTHER, Capability.MANAGE_APPLICATION))
            .apply(new MemberRemoved(Samples.MEMBER.publicKey()));
    assertThat(shrunk.has(OTHER, Capability.MANAGE_APPLICATION)).isFalse();
    assertThat(shrunk.isMember(Samples.MEMBER.publicKey())).isFalse();
    assertThat(shrunk.epoch()).isEqualTo(2);
    assertThatThrownBy(
            () ->
                shrunk.apply(
                    new CapabilityGranted(Samples.MEMBER.publicKey(), Capability.MANAGE_MEMBERS)))
        .hasMessage("unable to grant privileges to non-member");
    assertThatThrownBy(() -> shrunk.apply(Samples.created()))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void everyConfigurationEventGoesThereAndBack() {
    for (final ConfigurationEvent event :
        List.of(
            Samples.created(),
            new ApplicationUpdated(Samples.APPLICATION),
            new MemberAdded(OTHER),
            new MemberRemoved(OTHER),
            new CapabilityGranted(OTHER, Capability.MANAGE_MEMBERS),
            new CapabilityRevoked(OTHER, Capability.MANAGE_APPLICATION),
            new CoordinatorChanged(OTHER),
            new CheckpointTaken(9, Hash.ZERO, 2, 3, Hash.ZERO))) {
      assertThat(ConfigurationEvent.CODEC.decode(ConfigurationEvent.CODEC.encode(event)))
          .isEqualTo(event);
    }
  }

  @Test
  void bytesThatAreNoEntryAreRefusedAndNothingElse() {
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    final Codec<Entry.Logged> codec = Entry.Logged.CODEC;
    final byte[] good = codec.encode(Samples.executed());
    for (int i = 0; i < 20_000; i++) {
      final byte[] bytes = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      final byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
      try {
        codec.decode(i % 2 == 0 ? bytes : cut);
      } catch (final MalformedException expected) {
        assertThat(expected.getMessage()).as("seed %d", seed).isNotBlank();
      }
    }
  }
}
