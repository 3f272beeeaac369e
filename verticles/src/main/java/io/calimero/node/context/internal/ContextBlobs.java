// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.messages.BlobMessages.Part;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.ModuleMessages;
import java.util.concurrent.CompletableFuture;

/**
 * The blobs of contexts, for their members: what the context runs, ran or is to run, and what is
 * shared in it. Of anything else they are told that it is not here. On the loop.
 */
final class ContextBlobs {
  private final Contexts contexts;
  private final Applications applications;
  private final BlobTransfers transfers;
  private final SharedBlobs shared;

  ContextBlobs(
      final Contexts contexts,
      final Applications applications,
      final BlobTransfers transfers,
      final SharedBlobs shared) {
    this.shared = shared;
    this.contexts = contexts;
    this.applications = applications;
    this.transfers = transfers;
  }

  /** Of which chunks such a blob consists. */
  CompletableFuture<ModuleMessages.Outline> outline(final ModuleMessages.GetOutline request) {
    return ofContext(request.context(), request.blob())
        .thenCompose(_ -> applications.outline(request.blob()));
  }

  /** A part of such a blob. */
  CompletableFuture<Bytes> part(final ModuleMessages.ReadPart request) {
    return ofContext(request.context(), request.blob())
        .thenCompose(
            _ -> transfers.read(new ReadPart(request.blob(), request.offset(), request.length())))
        .thenApply(Part::bytes);
  }

  private CompletableFuture<Hosted> ofContext(final ContextId id, final BlobId blob) {
    return contexts
        .require(id)
        .thenCompose(
            context ->
                context.proposes(blob) || rests(context, blob)
                    ? CompletableFuture.completedFuture(context)
                    : shared
                        .isShared(id, blob)
                        .thenCompose(
                            is ->
                                is
                                    ? CompletableFuture.completedFuture(context)
                                    : Async.failed(SharedBlobs.missing(blob))));
  }

  private boolean rests(final Hosted context, final BlobId blob) {
    return applications.all().stream()
        .filter(application -> context.configuration().rests(application.id()))
        .anyMatch(application -> application.blob().equals(blob));
  }
}
