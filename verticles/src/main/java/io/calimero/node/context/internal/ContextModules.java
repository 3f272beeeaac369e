// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.messages.BlobMessages.Part;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.ModuleMessages;
import java.util.concurrent.CompletableFuture;

/**
 * The modules of contexts, for their members: nothing but what the context runs, ran or is to run.
 * On the loop.
 */
final class ContextModules {
  private final Contexts contexts;
  private final Applications applications;
  private final BlobTransfers transfers;

  ContextModules(
      final Contexts contexts, final Applications applications, final BlobTransfers transfers) {
    this.contexts = contexts;
    this.applications = applications;
    this.transfers = transfers;
  }

  /** Of which chunks a module consists. */
  CompletableFuture<ModuleMessages.Outline> outline(final ModuleMessages.GetOutline request) {
    return ofContext(request.context(), request.blob())
        .thenCompose(_ -> applications.outline(request.blob()));
  }

  /** A part of a module. */
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
                    : Async.failed(
                        Problem.of(
                            Problem.Code.BLOB_UNAVAILABLE,
                            "the blob is no application of the context")));
  }

  private boolean rests(final Hosted context, final BlobId blob) {
    return applications.all().stream()
        .filter(application -> context.configuration().rests(application.id()))
        .anyMatch(application -> application.blob().equals(blob));
  }
}
