// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Action;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.messages.BlobMessages.End;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.storage.log.StreamId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs of calls stay if the calls come to the log, whenever the node ends, and else do not. */
class BlobSweepTest {
  private static final Duration LONG = Duration.ofDays(30);

  @TempDir private Path home;
  private CoreFixture fixture;
  private Created first;
  private Created second;
  private int uploads;

  @BeforeEach
  void twoContexts() {
    fixture = new CoreFixture(home, ContextOptions.DEFAULT);
    first = fixture.create();
    second = fixture.create();
    fixture.core.start();
    fixture.settle();
  }

  /** A call stores a blob, and has not ended yet. */
  private BlobId store(final ContextId context) {
    return store(context, "content");
  }

  private BlobId store(final ContextId context, final String content) {
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

  private void withdraw(final ContextId context, final BlobId blob) {
    final var _ =
        fixture.get(
            fixture.core.writeBlob(
                new WritePart(
                    Bytes.utf8("upload no. " + uploads),
                    7,
                    Bytes.wrap(blob.hash().toByteArray()),
                    End.WITHDRAW,
                    100,
                    Optional.of(context))));
  }

  private void ordered(final ContextId context, final BlobId blob) {
    fixture.execution.ask(new Action.StoreBlob(blob, 7));
    final var _ = fixture.get(fixture.submit(context, "act"));
  }

  @Test
  void theBlobOfACallThatIsInTheLogStays() {
    final BlobId blob = store(first.context());
    assertThat(fixture.blobs.unsettled()).containsOnlyKeys(blob);
    ordered(first.context(), blob);
    assertThat(fixture.blobs.unsettled()).isEmpty();
    fixture.crash();
    fixture.pass(LONG);
    assertThat(fixture.blobs.has(blob)).isTrue();
  }

  @Test
  void theBlobOfACallThatFailedGoesAtOnce() {
    final BlobId blob = store(first.context());
    withdraw(first.context(), blob);
    assertThat(fixture.blobs.has(blob)).isFalse();
    assertThat(fixture.blobs.unsettled()).isEmpty();
  }

  @Test
  void theBlobOfACallThatWasNeverOrderedGoesWhenItCannotBeAnyMore() {
    final BlobId blob = store(first.context());
    fixture.pass(Duration.ofDays(7));
    assertThat(fixture.blobs.has(blob)).isTrue();
    fixture.pass(Duration.ofDays(2));
    assertThat(fixture.blobs.has(blob)).isFalse();
  }

  @Test
  void whereTheNodeEndedInBetweenTheLogSaysWhatStays() {
    final BlobId blob = store(first.context());
    fixture.execution.ask(new Action.StoreBlob(blob, 7));
    fixture.log.hold();
    final var _ = fixture.submit(first.context(), "act");
    fixture.log.force();
    // the entry is on disk, and the core has not heard of it
    fixture.crash();
    assertThat(fixture.blobs.unsettled()).isEmpty();
    fixture.pass(LONG);
    assertThat(fixture.blobs.has(blob)).isTrue();
  }

  @Test
  void whatAnEntryThatIsLostWouldHaveKeptGoes() {
    final BlobId blob = store(first.context());
    fixture.execution.ask(new Action.StoreBlob(blob, 7));
    fixture.log.hold();
    final var _ = fixture.submit(first.context(), "act");
    fixture.crash();
    assertThat(fixture.blobs.unsettled()).containsOnlyKeys(blob);
    fixture.pass(LONG);
    assertThat(fixture.blobs.has(blob)).isFalse();
  }

  @Test
  void whatTwoContextsStoredStaysIfOneOfThemHasItInItsLog() {
    for (final boolean failedFirst : new boolean[] {true, false}) {
      final BlobId blob = store(first.context());
      assertThat(store(second.context())).isEqualTo(blob);
      if (failedFirst) {
        withdraw(first.context(), blob);
        ordered(second.context(), blob);
      } else {
        ordered(first.context(), blob);
        withdraw(second.context(), blob);
      }
      fixture.crash();
      fixture.pass(LONG);
      assertThat(fixture.blobs.has(blob)).isTrue();
    }
  }

  @Test
  void anotherCallThatFailsTakesNothingFromOneInTheLog() {
    final BlobId blob = store(first.context());
    ordered(first.context(), blob);
    assertThat(store(first.context())).isEqualTo(blob);
    withdraw(first.context(), blob);
    fixture.pass(LONG);
    assertThat(fixture.blobs.has(blob)).isTrue();
  }

  @Test
  void aBlobThatIsAnApplicationStays() {
    final BlobId blob = store(first.context(), "a module named x");
    assertThat(fixture.install("x").blob()).isEqualTo(blob);
    withdraw(first.context(), blob);
    fixture.crash();
    fixture.pass(LONG);
    assertThat(fixture.blobs.has(blob)).isTrue();
  }

  @Test
  void asLongAsALogIsDamagedWhatItMightTellOfStays() {
    final BlobId blob = store(first.context());
    fixture.log.damaged(StreamId.of(first.context()));
    fixture.crash();
    fixture.pass(LONG);
    assertThat(fixture.blobs.has(blob)).isTrue();
  }
}
