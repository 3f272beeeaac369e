// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Application;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Done;
import io.calimero.node.events.messages.ApplicationMessages.Found;
import io.calimero.node.events.messages.ApplicationMessages.Module;
import io.calimero.node.events.messages.ApplicationMessages.Receive;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ModuleMessages.Gather;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.events.messages.ModuleMessages.ReadPart;
import io.calimero.node.events.messages.NetworkMessages.Mesh;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.events.peers.PeerMessage.BlobOutlineRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Modules that come chunk by chunk, over streams of one thread. */
class ModuleFetchTest {
  private static final int MIB = 1 << 20;
  private static final int CHUNKS = 21;

  private final Wire wire = new Wire();
  private final SharedContext context = new SharedContext(3, (CHUNKS - 1) * MIB + 5);
  private final SharedContext.Member ben = context.new Member(wire, "ben", context.member);
  private final SharedContext.Member ada = context.new Member(wire, "ada", context.coordinator);
  private final List<String> asked = new ArrayList<>();
  private final Acquaintances acquaintances = new Acquaintances();

  private SharedContext.Member serving(final SharedContext.Member member, final String name) {
    member.full();
    member.node.always(
        Topics.MODULE_PART,
        request -> {
          asked.add(name);
          return honest(request);
        });
    return member;
  }

  private Module honest(final ReadPart request) {
    final int from = (int) request.offset();
    final int to = Math.min(context.module.length(), from + request.length());
    final byte[] part = new byte[to - from];
    System.arraycopy(context.module.unsafeArray(), from, part, 0, part.length);
    return new Module(Bytes.wrap(part));
  }

  private ClientPeer client() {
    return new ClientPeer(
        ben.node, context.nonces(), "ben", acquaintances, CatchupCore.FAR, wire::nanos);
  }

  private CompletableFuture<Boolean> fetch() {
    return client()
        .ensure(
            new ClientPeer.Party("ada", context.id, context.member.publicKey()),
            context.application);
  }

  private void peers(final String... names) {
    ben.node.always(Topics.GOSSIP_MESH, _ -> new Mesh(List.of(names), List.of()));
  }

  @Test
  void eachChunkComesOnceFromAllWhoHaveIt() {
    serving(ada, "ada");
    serving(context.new Member(wire, "eve", context.coordinator), "eve");
    peers("ada", "eve");
    assertThat(fetch().join()).isTrue();
    assertThat(ben.installed).contains(context.application);
    assertThat(ben.gathered).hasSize(CHUNKS);
    assertThat(ben.gathered.values()).containsOnly(1);
  }

  @Test
  void whatBrokeOffGoesOnAtTheChunksThatAreMissing() {
    serving(ada, "ada");
    peers("ada");
    wire.cutAfter(60);
    assertThatThrownBy(() -> fetch().join()).hasMessageContaining("reset");
    final Set<Integer> had = new HashSet<>(ben.gathered.keySet());
    assertThat(had.size()).isBetween(1, CHUNKS - 1);
    wire.cutAfter(Long.MAX_VALUE);
    assertThat(fetch().join()).isTrue();
    assertThat(ben.gathered.values()).as("nothing is fetched twice").containsOnly(1);
  }

  @Test
  void aPeerWithOtherBytesIsAskedNoMoreAndTheOthersGiveTheRest() {
    serving(ada, "ada");
    final SharedContext.Member eve =
        serving(context.new Member(wire, "eve", context.coordinator), "eve");
    eve.node.always(
        Topics.MODULE_PART, request -> new Module(Bytes.wrap(new byte[request.length()])));
    peers("eve", "ada");
    assertThat(fetch().join()).isTrue();
    assertThat(ben.gathered.values()).containsOnly(1);
  }

  @Test
  void aStreamWithoutEndIsCutOffWhereTheRangeEnds() {
    serving(ada, "ada");
    ada.node.always(Topics.MODULE_PART, _ -> new Module(Bytes.wrap(new byte[MIB])));
    peers("ada");
    assertThatThrownBy(() -> fetch().join()).hasMessageContaining("chunk");
    assertThat(ben.gathered).isEmpty();
  }

  /** One that takes so long for each chunk. */
  private void slowly(final SharedContext.Member member, final String name, final int seconds) {
    member.full();
    member.node.on(
        Topics.MODULE_PART,
        request -> {
          asked.add(name);
          final CompletableFuture<Module> part = new CompletableFuture<>();
          wire.after(Duration.ofSeconds(seconds), () -> part.complete(honest(request)));
          return part;
        });
  }

  @Test
  void whatAPeerIsTooSlowForIsAskedOfAnotherAndNothingTwice() {
    serving(ada, "ada");
    slowly(context.new Member(wire, "eve", context.coordinator), "eve", 10);
    peers("eve");
    final CompletableFuture<Boolean> fetched = fetch();
    assertThat(ben.gathered).as("of ada, at once").hasSize(CHUNKS - BlobRanges.RANGE);
    wire.pass(Duration.ofSeconds(24));
    assertThat(ben.gathered).as("and two of eve").hasSize(CHUNKS - 2);
    assertThat(fetched).isNotDone();
    wire.pass(Duration.ofSeconds(1));
    assertThat(fetched).isCompletedWithValue(true);
    assertThat(ben.gathered.values()).containsOnly(1);
    assertThat(asked).endsWith("ada", "ada");
  }

  @Test
  void aFewChunksAreAskedOfAnotherTooIfTheyComeSlowly() {
    slowly(ada, "ada", 8);
    serving(context.new Member(wire, "eve", context.coordinator), "eve");
    peers("eve");
    ben.outlined = true;
    IntStream.range(3, CHUNKS).forEach(had -> ben.gathered.put(had, 1));
    final CompletableFuture<Boolean> fetched = fetch();
    wire.pass(Duration.ofSeconds(20));
    assertThat(fetched).isCompletedWithValue(true);
    assertThat(asked).containsExactly("ada", "ada", "ada", "eve");
  }

  @Test
  void whoIsAloneMayBeSlow() {
    slowly(ada, "ada", 14);
    peers("ada");
    final CompletableFuture<Boolean> fetched = fetch();
    wire.pass(Duration.ofSeconds(14 * CHUNKS - 1));
    assertThat(fetched).isNotDone();
    wire.pass(Duration.ofSeconds(1));
    assertThat(fetched).isCompletedWithValue(true);
  }

  @Test
  void whoIsSilentIsNotWaitedForEvenIfItIsAlone() {
    slowly(ada, "ada", 16);
    peers("ada");
    final CompletableFuture<Boolean> fetched = fetch();
    wire.pass(Duration.ofSeconds(15));
    assertThatThrownBy(fetched::join).hasMessageContaining("says nothing");
  }

  @Test
  void ofTwoWhoAreSlowOneGoesOn() {
    slowly(ada, "ada", 10);
    slowly(context.new Member(wire, "eve", context.coordinator), "eve", 12);
    peers("eve");
    final CompletableFuture<Boolean> fetched = fetch();
    wire.pass(Duration.ofSeconds(30));
    asked.clear();
    wire.pass(Duration.ofSeconds(12 * CHUNKS));
    assertThat(fetched).isCompletedWithValue(true);
    assertThat(asked).containsOnly("eve");
    assertThat(ben.gathered.values()).containsOnly(1);
  }

  @Test
  void whoWasTooSlowIsAskedAgainWhenNobodyElseIsLeft() {
    slowly(context.new Member(wire, "eve", context.coordinator), "eve", 10);
    serving(ada, "ada");
    peers("eve");
    final CompletableFuture<Boolean> fetched = fetch();
    ada.node.on(Topics.MODULE_PART, _ -> Problems.failed(Problem.Code.BLOB_UNAVAILABLE, "lost it"));
    wire.pass(Duration.ofSeconds(25));
    assertThat(fetched).isNotDone();
    wire.pass(Duration.ofSeconds(20));
    assertThat(fetched).isCompletedWithValue(true);
    assertThat(ben.gathered.values()).containsOnly(1);
  }

  @Test
  void aNodeOfAnOlderVersionIsAskedForAllAtOnce() {
    serving(ada, "ada");
    peers("ada");
    wire.unknown(BlobOutlineRequest.class);
    final List<Receive> received = new ArrayList<>();
    ben.node.always(
        Topics.APPLICATION_RECEIVE,
        request -> {
          received.add(request);
          return new Done();
        });
    assertThat(fetch().join()).isTrue();
    assertThat(received).containsExactly(new Receive(context.application, context.module));
    assertThat(ben.gathered).isEmpty();
  }

  @Test
  void anOutlineThatIsNotTheBlobsIsNotBelieved() {
    serving(ada, "ada");
    ada.node.always(
        Topics.MODULE_OUTLINE,
        _ -> new Outline(context.module.length(), Collections.nCopies(CHUNKS, Hash.ZERO)));
    peers("ada");
    assertThatThrownBy(() -> fetch().join()).hasMessageContaining("another blob");
    assertThat(asked).isEmpty();
  }

  @Test
  void whoIsKnownIsAskedBeforeStrangers() {
    serving(ada, "ada");
    serving(context.new Member(wire, "eve", context.coordinator), "eve");
    acquaintances.met(context.id, context.member.publicKey(), "eve");
    peers("s1", "s2", "s3", "s4", "eve");
    // all streams break while the first one gives, so that the next one asked is known
    wire.cutAfter(60);
    assertThatThrownBy(() -> fetch().join()).isNotNull();
    assertThat(
            ben.node.asked.stream()
                .filter(OpenStream.class::isInstance)
                .map(open -> ((OpenStream) open).peer())
                .distinct())
        .containsExactly("ada", "eve", "s1", "s2");
  }

  private CompletableFuture<Head> update(final Application updated) {
    ben.entries.addAll(context.log);
    ben.installed = Optional.of(context.application);
    ben.node.always(
        Topics.APPLICATION_GET,
        request -> new Found(ben.installed.filter(app -> app.id().equals(request.id()))));
    context.append(new ApplicationUpdated(updated));
    serving(ada, "ada");
    return client()
        .catchUp(
            new ClientPeer.Party("ada", context.id, context.member.publicKey()),
            ben.head(),
            ClientPeer.Way.ENTRIES,
            new Journey(context.id, () -> 0, _ -> {}));
  }

  private Application another() {
    return new Application(
        context.application.blob(), context.module.length(), "file:///b.wasm", Bytes.EMPTY);
  }

  @Test
  void theModuleOfANewApplicationIsFetchedWhenTheEntryIsVerified() {
    final Application updated = another();
    ben.node.on(
        Topics.ENTRIES_APPLY,
        _ ->
            ben.installed.equals(Optional.of(updated))
                ? CompletableFuture.completedFuture(new Applied(context.head()))
                : CompletableFuture.failedFuture(
                    Problem.of(
                            Problem.Code.APPLICATION_NOT_INSTALLED, "missing", updated.id().hash())
                        .toException()));
    assertThat(update(updated).join()).isEqualTo(context.head());
    assertThat(ben.installed).contains(updated);
    assertThat(ben.gathered).hasSize(CHUNKS);
  }

  @Test
  void nothingIsFetchedForAnEntryThatIsNotRight() {
    ben.node.on(
        Topics.ENTRIES_APPLY, _ -> Problems.failed(Problem.Code.INVALID_REQUEST, "a wrong entry"));
    assertThatThrownBy(() -> update(another()).join()).hasMessageContaining("a wrong entry");
    assertThat(ben.node.asked).noneMatch(Gather.class::isInstance);
  }
}
