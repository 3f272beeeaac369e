// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Action;
import io.calimero.node.events.BlobDigest;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.BlobMessages;
import io.calimero.node.events.messages.BlobMessages.End;
import io.calimero.node.events.messages.BlobMessages.EndGathering;
import io.calimero.node.events.messages.BlobMessages.Fetched;
import io.calimero.node.events.messages.BlobMessages.Find;
import io.calimero.node.events.messages.BlobMessages.Gather;
import io.calimero.node.events.messages.BlobMessages.Keep;
import io.calimero.node.events.messages.BlobMessages.Remove;
import io.calimero.node.events.messages.BlobMessages.Stored;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ModuleMessages.AddChunk;
import io.calimero.node.events.messages.ModuleMessages.GetOutline;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.events.messages.ModuleMessages.ReadPart;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which blobs members may have, and those that come from members. */
class SharedBlobsTest {
  private static final int MIB = 1 << 20;
  private static final BlobId MISSING = new BlobId(Hash.ZERO);

  @TempDir private Path directory;
  private CoreFixture fixture;
  private ContextId one;
  private ContextId other;
  private int uploads;

  @BeforeEach
  void open() {
    fixture = new CoreFixture(directory, ContextOptions.DEFAULT);
    one = fixture.create().context();
    other = fixture.create().context();
    fixture.core.start();
    fixture.settle();
  }

  /** What a client has uploaded. */
  private Stored upload(final String content, final Optional<ContextId> context) {
    final Bytes name = Bytes.utf8("upload no. " + ++uploads);
    final var _ =
        fixture.get(
            fixture.core.writeBlob(
                new WritePart(name, 0, Bytes.utf8(content), End.MORE, 100, Optional.empty())));
    return fixture.get(
        fixture.core.keepBlob(new Keep(name, content.length(), Optional.empty(), context)));
  }

  private BlobId ofCall(final ContextId context, final String content) {
    return fixture
        .get(
            fixture.core.writeBlob(
                new WritePart(
                    Bytes.utf8("upload no. " + ++uploads),
                    0,
                    Bytes.utf8(content),
                    End.STORE,
                    100,
                    Optional.of(context))))
        .blob()
        .orElseThrow();
  }

  private boolean isGiven(final ContextId context, final BlobId blob) {
    final var outline = fixture.core.outline(new GetOutline(context, blob));
    final var part = fixture.core.part(new ReadPart(context, blob, 0, 10));
    fixture.settle();
    if (outline.isCompletedExceptionally()) {
      // nobody learns whether a blob is here that is not for them
      assertThat(fixture.problem(outline)).isEqualTo(SharedBlobs.missing(blob));
      assertThat(fixture.problem(part)).isEqualTo(SharedBlobs.missing(blob));
      return false;
    }
    assertThat(outline.join().size()).isPositive();
    assertThat(part.join().isEmpty()).isFalse();
    return true;
  }

  @Test
  void whatAClientUploadsIsGivenInTheContextThatItNamesAndNowhereElse() {
    final Stored shared = upload("for one", Optional.of(one));
    final Stored own = upload("for nobody", Optional.empty());
    assertThat(isGiven(one, shared.blob())).isTrue();
    assertThat(isGiven(other, shared.blob())).isFalse();
    assertThat(isGiven(one, own.blob())).isFalse();
    assertThat(isGiven(one, MISSING)).isFalse();
    assertThat(
            fixture
                .problem(fixture.core.outline(new GetOutline(new ContextId(Hash.ZERO), own.blob())))
                .code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
    fixture.crash();
    assertThat(isGiven(one, shared.blob())).isTrue();
    assertThat(isGiven(one, own.blob())).isFalse();
    assertThat(fixture.blobs.unsettled()).isEmpty();
  }

  @Test
  void anUploadForAContextThatIsNotHereIsRefused() {
    final Bytes name = Bytes.utf8("upload");
    final var _ =
        fixture.get(
            fixture.core.writeBlob(
                new WritePart(name, 0, Bytes.utf8("x"), End.MORE, 100, Optional.empty())));
    assertThat(
            fixture
                .problem(
                    fixture.core.keepBlob(
                        new Keep(name, 1, Optional.empty(), Optional.of(new ContextId(Hash.ZERO)))))
                .code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(fixture.blobs.list()).hasSize(1);
  }

  @Test
  void whatACallHasWrittenThatEverybodyRanIsGivenInItsContext() {
    final BlobId blob = ofCall(one, "content");
    assertThat(isGiven(one, blob)).isFalse();
    fixture.execution.ask(new Action.StoreBlob(blob, 7));
    final var _ = fixture.get(fixture.submit(one, "act"));
    assertThat(isGiven(one, blob)).isTrue();
    assertThat(isGiven(other, blob)).isFalse();
  }

  @Test
  void whereTheNodeEndedInBetweenTheNextStartSharesIt() {
    final BlobId blob = ofCall(one, "content");
    fixture.execution.ask(new Action.StoreBlob(blob, 7));
    fixture.log.hold();
    final var _ = fixture.submit(one, "act");
    fixture.log.force();
    // the entry is on disk, and the core has not heard of it
    fixture.crash();
    assertThat(isGiven(one, blob)).isTrue();
  }

  @Test
  void whatACallAnnouncesIsGivenIfItIsHere() {
    final BlobId blob = upload("content", Optional.empty()).blob();
    fixture.execution.ask(new Action.AnnounceBlob(blob), new Action.AnnounceBlob(MISSING));
    final var _ = fixture.get(fixture.submit(one, "act"));
    assertThat(isGiven(one, blob)).isTrue();
    assertThat(isGiven(one, MISSING)).isFalse();
    assertThat(isGiven(other, blob)).isFalse();
  }

  @Test
  void whatAMemberElsewhereAnnouncesIsNotGivenAwayByThisNode() {
    final BlobId blob = upload("content", Optional.empty()).blob();
    final KeyPair ben = KeyPair.ofSecret(Hash.sha256(new byte[] {9}));
    fixture.execution.ask(new Action.AddMember(ben.publicKey()));
    final var _ = fixture.get(fixture.submit(one, "act"));
    fixture.execution.ask(new Action.AnnounceBlob(blob));
    final Transaction.Signed bens =
        new Transaction(
                one,
                ben.publicKey(),
                "act",
                Bytes.utf8("x"),
                Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
                Optional.empty())
            .sign(ben);
    final var _ = fixture.get(fixture.core.order(new Order(bens)));
    assertThat(isGiven(one, blob)).isFalse();
    final var _ = fixture.get(fixture.submit(one, "act"));
    assertThat(isGiven(one, blob)).isTrue();
  }

  @Test
  void whatAnAttestedCallHasWrittenIsGivenOnlyIfItIsAnnounced() {
    final BlobId kept = ofCall(one, "kept");
    final BlobId announced = ofCall(one, "announced");
    fixture.execution.ask(
        new Action.StoreBlob(kept, 4),
        new Action.StoreBlob(announced, 9),
        new Action.AnnounceBlob(announced));
    final ContextId secret =
        fixture
            .get(
                fixture.core.create(
                    new Create(
                        fixture.install("app").id(), Optional.empty(), Bytes.utf8("private"))))
            .context();
    assertThat(isGiven(secret, announced)).isTrue();
    assertThat(isGiven(secret, kept)).isFalse();
    assertThat(fixture.blobs.unsettled()).isEmpty();
  }

  @Test
  void whatIsDeletedIsGivenToNobodyAndTheModuleOfAnApplicationIsNotDeleted() {
    final Stored shared = upload("for one", Optional.of(one));
    assertThat(fixture.get(fixture.core.findBlob(new Find(shared.blob()))).blob()).contains(shared);
    assertThat(fixture.get(fixture.core.removeBlob(new Remove(shared.blob()))).removed()).isTrue();
    assertThat(fixture.get(fixture.core.removeBlob(new Remove(shared.blob()))).removed()).isFalse();
    assertThat(fixture.get(fixture.core.findBlob(new Find(shared.blob()))).blob()).isEmpty();
    upload("for one", Optional.empty());
    assertThat(isGiven(one, shared.blob())).isFalse();
    final Problem problem =
        fixture.problem(fixture.core.removeBlob(new Remove(fixture.install("app").blob())));
    assertThat(problem.code()).isEqualTo(Code.APPLICATION_IN_USE);
  }

  @Test
  void whatWasGatheredIsStoredAndGivenInItsContextAlsoOverARestart() {
    final byte[] content = new byte[2 * MIB + 5];
    new Random(1).nextBytes(content);
    final BlobDigest digest = new BlobDigest();
    digest.update(content);
    final BlobId blob = digest.id();
    final List<Bytes> chunks =
        List.of(
            Bytes.wrap(Arrays.copyOf(content, MIB)),
            Bytes.wrap(Arrays.copyOfRange(content, MIB, 2 * MIB)),
            Bytes.wrap(Arrays.copyOfRange(content, 2 * MIB, content.length)));
    final Gather gather =
        new Gather(
            one,
            blob,
            Optional.of(
                new Outline(
                    content.length,
                    chunks.stream().map(chunk -> Hash.sha256(chunk.toByteArray())).toList())));
    assertThat(fixture.get(fixture.core.gatherBlob(gather)).missing())
        .containsExactly(new Missing(0), new Missing(1), new Missing(2));
    add(blob, 1, chunks.get(1));
    assertThat(fixture.problem(fixture.core.addChunk(new AddChunk(blob, 0, chunks.get(1)))).code())
        .isEqualTo(Code.BLOB_UNAVAILABLE);
    fixture.restart();
    assertThat(fixture.get(fixture.core.gatherBlob(gather)).missing())
        .containsExactly(new Missing(0), new Missing(2));
    add(blob, 0, chunks.get(0));
    assertThat(fixture.problem(fixture.core.gatheredBlob(new EndGathering(one, blob))).code())
        .isEqualTo(Code.BLOB_UNAVAILABLE);
    add(blob, 2, chunks.get(2));
    assertThat(fixture.get(fixture.core.gatheredBlob(new EndGathering(one, blob))))
        .isEqualTo(new Fetched(content.length));
    assertThat(fixture.blobs.read(blob, content.length)).isEqualTo(Bytes.wrap(content));
    assertThat(directory.resolve("fetching")).isEmptyDirectory();
    assertThat(isGiven(one, blob)).isTrue();
    assertThat(isGiven(other, blob)).isFalse();
    assertThat(fixture.get(fixture.core.gatherBlob(gather)).size())
        .contains(new Fetched(content.length));
  }

  private void add(final BlobId blob, final int number, final Bytes chunk) {
    final var _ = fixture.get(fixture.core.addChunk(new AddChunk(blob, number, chunk)));
  }

  @Test
  void whatIsTooLargeOrOfNoContextIsNotGathered() {
    final int chunks = (int) (BlobMessages.MAXIMUM / MIB) + 1;
    final Outline large =
        new Outline(BlobMessages.MAXIMUM + 1, Collections.nCopies(chunks, Hash.ZERO));
    assertThat(
            fixture
                .problem(fixture.core.gatherBlob(new Gather(one, MISSING, Optional.of(large))))
                .message())
        .contains("too large");
    assertThat(
            fixture
                .problem(
                    fixture.core.gatherBlob(
                        new Gather(new ContextId(Hash.ZERO), MISSING, Optional.empty())))
                .code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
  }
}
