// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Module;
import io.calimero.node.events.messages.ModuleMessages.Done;
import io.calimero.node.events.messages.ModuleMessages.Gather;
import io.calimero.node.events.messages.ModuleMessages.Gathering;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.blobs.PartialBlobs;
import io.calimero.node.storage.blobs.SizeGuard;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Large modules from the disk of one node to that of another. What carries them has no bound of its
 * own: {@code BlobSharing} has blobs of 100 MiB carried.
 */
class BlobSizesTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path directory;
  private final Wire wire = new Wire();

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void aBlobOfSoManyMebibytesIsTheSameOnTheOtherNode(final int mebibytes) {
    final SharedContext context = new SharedContext(mebibytes, mebibytes * MIB);
    final SharedContext.Member ada = context.new Member(wire, "ada", context.coordinator).full();
    final SharedContext.Member ben = context.new Member(wire, "ben", context.member);
    final BlobStore from = BlobStore.open(directory.resolve("from"), Access.READ_WRITE);
    final BlobStore to = BlobStore.open(directory.resolve("to"), Access.READ_WRITE);
    store(from, context, context.module);
    serve(ada, from);
    gather(ben, to, context);
    assertThat(
            new ClientPeer(
                    ben.node,
                    context.nonces(),
                    "ben",
                    new Acquaintances(),
                    CatchupCore.FAR,
                    wire::nanos)
                .ensure(
                    new ClientPeer.Party("ada", context.id, context.member.publicKey()),
                    context.application)
                .join())
        .isTrue();
    assertThat(to.read(context.application.blob(), context.application.size()))
        .isEqualTo(context.module);
  }

  private static void store(final BlobStore in, final SharedContext context, final Bytes content) {
    final Blob _ =
        in.put(
            new ByteArrayInputStream(content.unsafeArray()),
            new SizeGuard.Exactly(context.application.size()),
            Optional.of(context.application.blob()));
  }

  private static void serve(final SharedContext.Member ada, final BlobStore from) {
    ada.node
        .always(
            Topics.MODULE_OUTLINE,
            request -> {
              final Blob blob = from.find(request.blob()).orElseThrow();
              return new Outline(blob.size(), blob.chunks());
            })
        .always(
            Topics.MODULE_PART,
            request -> new Module(from.read(request.blob(), request.offset(), request.length())));
  }

  private void gather(
      final SharedContext.Member ben, final BlobStore to, final SharedContext context) {
    final PartialBlobs parts = PartialBlobs.open(directory.resolve("fetching"));
    ben.node
        .always(Topics.MODULE_GATHER, request -> gather(parts, request))
        .always(
            Topics.MODULE_CHUNK,
            request -> {
              parts.add(request.blob(), request.number(), request.bytes());
              return new Done();
            })
        .on(
            Topics.MODULE_GATHERED,
            request -> {
              store(to, context, parts.content(request.application().blob()));
              parts.discard(request.application().blob());
              return CompletableFuture.completedFuture(new Done());
            });
  }

  private static Gathering gather(final PartialBlobs parts, final Gather request) {
    final Optional<List<Integer>> missing =
        request
            .outline()
            .map(of -> parts.begin(request.application().blob(), of.size(), of.chunks()))
            .or(() -> parts.missing(request.application().blob()));
    return new Gathering(
        false, missing.isPresent(), missing.orElse(List.of()).stream().map(Missing::new).toList());
  }
}
