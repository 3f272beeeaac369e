// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.BlobDigest;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Module;
import io.calimero.node.events.messages.BlobMessages.Fetch;
import io.calimero.node.events.messages.BlobMessages.Fetched;
import io.calimero.node.events.messages.BlobMessages.Gather;
import io.calimero.node.events.messages.BlobMessages.Gathering;
import io.calimero.node.events.messages.ModuleMessages;
import io.calimero.node.events.messages.ModuleMessages.AddChunk;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.events.messages.NetworkMessages.Mesh;
import io.calimero.node.events.messages.NetworkMessages.OpenStream;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.PartialBlobs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs that are fetched from members, over streams of one thread. */
class BlobFetchesTest {
  private static final int MIB = 1 << 20;
  private static final int WAIT = 5_000;

  private final Wire wire = new Wire();
  private final SharedContext context = new SharedContext(3, 10);
  private final SharedContext.Member ben = context.new Member(wire, "ben", context.member);
  private final byte[] content = new byte[6 * MIB + 7];
  private final Set<BlobId> here = new LinkedHashSet<>();
  private BlobId blob = new BlobId(Hash.ZERO);
  private PartialBlobs parts = PartialBlobs.open(Path.of("unused"));
  private BlobFetches fetches = new BlobFetches(ben.node, client(), wire::nanos);

  @TempDir private Path directory;

  @BeforeEach
  void begin() {
    new Random(1).nextBytes(content);
    final BlobDigest digest = new BlobDigest();
    digest.update(content);
    blob = digest.id();
    parts = PartialBlobs.open(directory);
    fetches = new BlobFetches(ben.node, client(), wire::nanos);
    ben.full();
    ben.node
        .on(Topics.BLOB_GATHER, this::gather)
        .on(Topics.MODULE_CHUNK, this::chunk)
        .on(
            Topics.BLOB_GATHERED,
            request -> {
              assertThat(parts.content(request.blob())).isEqualTo(Bytes.wrap(content));
              parts.discard(request.blob());
              here.add(request.blob());
              return CompletableFuture.completedFuture(new Fetched(content.length));
            });
  }

  private ClientPeer client() {
    return new ClientPeer(
        ben.node, context.nonces(), "ben", new Acquaintances(), CatchupCore.FAR, wire::nanos);
  }

  private CompletableFuture<Gathering> gather(final Gather request) {
    if (here.contains(request.blob())) {
      return CompletableFuture.completedFuture(
          new Gathering(Optional.of(new Fetched(content.length)), List.of()));
    }
    return rightly(
        () ->
            new Gathering(
                Optional.empty(),
                request
                    .outline()
                    .map(of -> parts.begin(request.blob(), of.size(), of.chunks()))
                    .orElse(List.of())
                    .stream()
                    .map(Missing::new)
                    .toList()));
  }

  private CompletableFuture<ModuleMessages.Done> chunk(final AddChunk request) {
    return rightly(
        () -> {
          parts.add(request.blob(), request.number(), request.bytes());
          return new ModuleMessages.Done();
        });
  }

  private static <T> CompletableFuture<T> rightly(final Supplier<T> work) {
    try {
      return CompletableFuture.completedFuture(work.get());
    } catch (final StorageException e) {
      return Problems.failed(Code.BLOB_UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  /** A member that has the blob, or says so. */
  private SharedContext.Member holder(final String name, final Outline outline, final byte[] has) {
    final SharedContext.Member member = context.new Member(wire, name, context.coordinator).full();
    member.node.always(Topics.MODULE_OUTLINE, _ -> outline);
    member.node.always(
        Topics.MODULE_PART,
        request -> {
          final int from = (int) Math.min(has.length, request.offset());
          return new Module(
              Bytes.wrap(
                  Arrays.copyOfRange(has, from, Math.min(has.length, from + request.length()))));
        });
    return member;
  }

  private Outline outline() {
    return new Outline(content.length, SharedContext.chunks(content));
  }

  private void lacking(final String name) {
    final SharedContext.Member member = context.new Member(wire, name, context.coordinator).full();
    member.node.on(Topics.MODULE_OUTLINE, _ -> Problems.failed(Code.BLOB_UNAVAILABLE, "not here"));
  }

  private void peers(final String... names) {
    ben.node.always(Topics.GOSSIP_MESH, _ -> new Mesh(List.of(names), List.of()));
  }

  private CompletableFuture<Fetched> fetch() {
    return fetches.fetch(new Fetch(context.id, blob, WAIT));
  }

  private List<String> opened() {
    return ben.node.asked.stream()
        .filter(OpenStream.class::isInstance)
        .map(open -> ((OpenStream) open).peer())
        .toList();
  }

  @Test
  void aBlobComesFromThoseWhoHaveIt() {
    lacking("s1");
    lacking("s2");
    holder("ada", outline(), content);
    holder("eve", outline(), content);
    peers("s1", "s2", "ada", "eve");
    assertThat(fetch().join()).isEqualTo(new Fetched(content.length));
    assertThat(here).containsExactly(blob);
    assertThat(opened()).containsOnlyOnce("s1", "s2").contains("ada", "eve");
  }

  @Test
  void whoComesLateInTheOrderIsAskedWhenTheOthersDoNotHaveIt() {
    final String[] names = new String[10];
    for (int i = 0; i < 9; i++) {
      names[i] = "s" + i;
      lacking(names[i]);
    }
    names[9] = "ada";
    holder("ada", outline(), content);
    peers(names);
    assertThat(fetch().join().size()).isEqualTo(content.length);
  }

  @Test
  void ofNobodyWhoHasItAndOfNobodyWhoIsThereItIsTold() {
    peers();
    assertThatThrownBy(() -> fetch().join())
        .hasMessageContaining("no member of the context " + context.id + " is connected");
    lacking("s1");
    peers("s1", "away");
    assertThatThrownBy(() -> fetch().join())
        .hasMessageContaining("none of the 2 peers in reach gives it");
    final CompletableFuture<Fetched> again = fetch();
    assertThat(again.exceptionNow())
        .satisfies(e -> assertThat(Problems.of(e).code()).isEqualTo(Code.BLOB_UNAVAILABLE));
  }

  @Test
  void whatIsHereIsAskedOfNobody() {
    here.add(blob);
    assertThat(fetch().join().size()).isEqualTo(content.length);
    assertThat(opened()).isEmpty();
  }

  @Test
  void whoGivesAWrongChunkIsAskedNoMoreAndAnotherGivesIt() {
    final byte[] wrong = content.clone();
    wrong[17] ^= 1;
    wrong[5 * MIB] ^= 1;
    holder("eve", outline(), wrong);
    holder("ada", outline(), content);
    peers("eve", "ada");
    assertThat(fetch().join().size()).isEqualTo(content.length);
    // once for the outline, once for a range
    assertThat(opened().stream().filter("eve"::equals)).hasSize(2);
  }

  @Test
  void whoIsAloneAndGivesAWrongChunkGivesNothing() {
    final byte[] wrong = content.clone();
    wrong[17] ^= 1;
    holder("eve", outline(), wrong);
    peers("eve");
    assertThatThrownBy(() -> fetch().join()).hasMessageContaining("did not come as a whole");
    assertThat(here).isEmpty();
  }

  @Test
  void chunksOfAnotherBlobAreNotBelieved() {
    holder(
        "eve",
        new Outline(content.length, SharedContext.chunks(new byte[content.length])),
        content);
    peers("eve");
    assertThatThrownBy(() -> fetch().join()).hasMessageContaining("none of the 1 peers");
  }

  @Test
  void whoLiesAboutTheLengthOfTheLastChunkHarmsNobodyElse() {
    holder("eve", new Outline(content.length + 1, SharedContext.chunks(content)), content);
    holder("ada", outline(), content);
    peers("eve", "ada");
    assertThat(fetch().join().size()).isEqualTo(content.length);
  }

  @Test
  void whoAsksForWhatIsUnderWayWaitsForTheSame() {
    final SharedContext.Member ada = holder("ada", outline(), content);
    final CompletableFuture<Outline> slow = new CompletableFuture<>();
    ada.node.on(Topics.MODULE_OUTLINE, _ -> slow);
    peers("ada");
    final CompletableFuture<Fetched> one = fetch();
    final CompletableFuture<Fetched> other = fetch();
    assertThat(opened()).hasSize(1);
    slow.complete(outline());
    assertThat(one.join()).isEqualTo(other.join());
    assertThat(opened().stream().distinct()).containsExactly("ada");
  }

  @Test
  void whoHasWaitedLongEnoughIsToldAndItGoesOnAllTheSame() {
    final SharedContext.Member ada = holder("ada", outline(), content);
    final CompletableFuture<Outline> slow = new CompletableFuture<>();
    ada.node.on(Topics.MODULE_OUTLINE, _ -> slow);
    peers("ada");
    final CompletableFuture<Fetched> asked = fetch();
    wire.pass(Duration.ofMillis(WAIT - 1));
    fetches.tick();
    assertThat(asked).isNotDone();
    wire.pass(Duration.ofMillis(1));
    fetches.tick();
    assertThat(Problems.of(asked.exceptionNow()).code()).isEqualTo(Code.TIMEOUT);
    assertThat(asked.exceptionNow()).hasMessageContaining("still being fetched");
    final CompletableFuture<Fetched> later = fetch();
    slow.complete(outline());
    assertThat(later.join().size()).isEqualTo(content.length);
    assertThat(here).containsExactly(blob);
  }

  @Test
  void whatBrokeOffGoesOnAtTheChunksThatAreMissing() {
    holder("ada", outline(), content);
    peers("ada");
    wire.cutAfter(20);
    assertThatThrownBy(() -> fetch().join()).isNotNull();
    final int had = 7 - parts.begin(blob, content.length, SharedContext.chunks(content)).size();
    assertThat(had).isBetween(1, 6);
    wire.cutAfter(Long.MAX_VALUE);
    ben.node.asked.clear();
    assertThat(fetch().join().size()).isEqualTo(content.length);
    assertThat(ben.node.asked.stream().filter(AddChunk.class::isInstance)).hasSize(7 - had);
  }

  @Test
  void aFewAreFetchedAtOnceOthersWaitAndTooManyAreRefused() {
    final List<CompletableFuture<Gathering>> asked = new ArrayList<>();
    ben.node.on(
        Topics.BLOB_GATHER,
        _ -> {
          final CompletableFuture<Gathering> answer = new CompletableFuture<>();
          asked.add(answer);
          return answer;
        });
    final List<CompletableFuture<Fetched>> fetched = new ArrayList<>();
    for (int i = 0; i < BlobFetches.MOST; i++) {
      fetched.add(fetches.fetch(new Fetch(context.id, new BlobId(number(i)), WAIT)));
    }
    assertThat(asked).hasSize(BlobFetches.AT_ONCE);
    final CompletableFuture<Fetched> more = fetch();
    assertThat(Problems.of(more.exceptionNow()).code()).isEqualTo(Code.BUSY);
    for (int i = 0; i < BlobFetches.MOST; i++) {
      asked.get(i).complete(new Gathering(Optional.of(new Fetched(i)), List.of()));
    }
    assertThat(fetched).allMatch(CompletableFuture::isDone);
    assertThat(fetched.get(17)).isCompletedWithValue(new Fetched(17));
  }

  @Test
  void theSameBlobForAnotherContextWaitsForTheFirstAndThenFindsIt() {
    final SharedContext.Member ada = holder("ada", outline(), content);
    final CompletableFuture<Outline> slow = new CompletableFuture<>();
    ada.node.on(Topics.MODULE_OUTLINE, _ -> slow);
    peers("ada");
    final CompletableFuture<Fetched> one = fetch();
    final CompletableFuture<Fetched> other =
        fetches.fetch(new Fetch(new ContextId(number(5)), blob, WAIT));
    slow.complete(outline());
    assertThat(one.join()).isEqualTo(other.join());
    assertThat(ben.node.asked.stream().filter(Gather.class::isInstance)).hasSize(3);
  }

  private static Hash number(final int number) {
    return Hash.sha256(new byte[] {(byte) number});
  }
}
