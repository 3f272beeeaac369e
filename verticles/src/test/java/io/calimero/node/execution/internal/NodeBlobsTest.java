// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.BlobMessages.Fetch;
import io.calimero.node.events.messages.BlobMessages.Fetched;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.wasm.Blobs.UnavailableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Blobs that calls read. */
class NodeBlobsTest {
  private static final BlobId BLOB = new BlobId(Hash.sha256(new byte[] {1}));
  private static final ContextId CONTEXT = new ContextId(Hash.sha256(new byte[] {2}));
  private static final Bytes CONTENT = Bytes.utf8("content");

  private final List<Fetch> fetched = new ArrayList<>();
  private boolean here;
  private Optional<Code> trouble = Optional.empty();

  private final NodeBlobs blobs =
      new NodeBlobs(
          new FakeNode() {
            @Override
            public CompletableFuture<Bytes> readBlob(final ReadPart request) {
              return here
                  ? CompletableFuture.completedFuture(CONTENT)
                  : Futures.failed(Code.BLOB_UNAVAILABLE, "no such blob");
            }

            @Override
            public CompletableFuture<Fetched> fetchBlob(final Fetch request) {
              fetched.add(request);
              here = trouble.isEmpty();
              return trouble
                  .map(code -> Futures.<Fetched>failed(code, "why it does not come"))
                  .orElseGet(() -> CompletableFuture.completedFuture(new Fetched(7)));
            }
          },
          1);

  @Test
  void whatIsNotHereIsFetchedForTheContextThatIsCalledAndWhatIsHereIsNot() {
    assertThat(blobs.read(CONTEXT, BLOB, 0, 10)).isEqualTo(CONTENT);
    assertThat(blobs.read(CONTEXT, BLOB, 0, 10)).isEqualTo(CONTENT);
    assertThat(fetched)
        .singleElement()
        .extracting(Fetch::context, Fetch::blob)
        .containsExactly(CONTEXT, BLOB);
    assertThat(fetched.getFirst().waitMillis()).isLessThan(10_000);
  }

  @Test
  void whyItDoesNotComeIsTheReasonForWhichTheCallIsBrokenOff() {
    for (final Code code : List.of(Code.BLOB_UNAVAILABLE, Code.TIMEOUT)) {
      trouble = Optional.of(code);
      assertThatThrownBy(() -> blobs.read(CONTEXT, BLOB, 0, 10))
          .isInstanceOf(UnavailableException.class)
          .hasMessage("why it does not come");
    }
    assertThat(fetched).hasSize(2);
  }
}
