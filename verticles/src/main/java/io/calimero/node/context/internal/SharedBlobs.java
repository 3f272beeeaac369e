// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.BlobMessages;
import io.calimero.node.events.messages.BlobMessages.All;
import io.calimero.node.events.messages.BlobMessages.EndGathering;
import io.calimero.node.events.messages.BlobMessages.Fetched;
import io.calimero.node.events.messages.BlobMessages.Find;
import io.calimero.node.events.messages.BlobMessages.Found;
import io.calimero.node.events.messages.BlobMessages.Gather;
import io.calimero.node.events.messages.BlobMessages.Gathering;
import io.calimero.node.events.messages.BlobMessages.Remove;
import io.calimero.node.events.messages.BlobMessages.Removed;
import io.calimero.node.events.messages.BlobMessages.Stored;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.blobs.PartialBlobs;
import io.calimero.node.storage.blobs.SizeGuard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The blobs of this node as clients see them, and those that come from members of a context: chunk
 * by chunk, kept on disk until all is here, and never in memory as a whole. On the loop; files
 * elsewhere.
 */
final class SharedBlobs {
  private final BlobStore blobs;
  private final PartialBlobs parts;
  private final Contexts contexts;
  private final Applications applications;
  private final BlobSweep sweep;
  private final Async async;

  /**
   * The blobs.
   *
   * @param sweep shares what entries say is shared
   */
  SharedBlobs(
      final BlobStore blobs,
      final PartialBlobs parts,
      final Contexts contexts,
      final Applications applications,
      final BlobSweep sweep,
      final Async async) {
    this.blobs = blobs;
    this.parts = parts;
    this.contexts = contexts;
    this.applications = applications;
    this.sweep = sweep;
    this.async = async;
  }

  /** What is known of a blob. */
  static Stored info(final Blob blob) {
    return new Stored(blob.id(), blob.size(), blob.contentHash());
  }

  /** What is answered of a blob that is not here, and of one that is not for whoever asks. */
  static Problem missing(final BlobId blob) {
    return Problem.of(Code.BLOB_UNAVAILABLE, "the blob " + blob + " is not here", blob.hash());
  }

  CompletableFuture<Found> find(final Find request) {
    return async.blocking(() -> new Found(blobs.find(request.blob()).map(SharedBlobs::info)));
  }

  CompletableFuture<All> list() {
    return async.blocking(() -> new All(blobs.list().stream().map(SharedBlobs::info).toList()));
  }

  CompletableFuture<Removed> remove(final Remove request) {
    return applications.all().stream().anyMatch(each -> each.blob().equals(request.blob()))
        ? Async.failed(
            Problem.of(
                Code.APPLICATION_IN_USE,
                "the blob is the module of an application: remove that",
                request.blob().hash()))
        : async.blocking(() -> new Removed(blobs.delete(request.blob())));
  }

  /**
   * Whether the members of the context may have the blob from this node: whoever has seen an entry
   * that says so may ask at once.
   */
  CompletableFuture<Boolean> isShared(final ContextId context, final BlobId blob) {
    return sweep.settled().thenCompose(_ -> async.blocking(() -> blobs.isShared(blob, context)));
  }

  /** Begins to gather a blob, or goes on. */
  CompletableFuture<Gathering> begin(final Gather request) {
    return contexts
        .require(request.context())
        .thenCompose(_ -> async.blocking(() -> begun(request.blob(), request.outline())));
  }

  private Gathering begun(final BlobId blob, final Optional<Outline> outline) {
    final Optional<Fetched> here = blobs.find(blob).map(found -> new Fetched(found.size()));
    if (here.isPresent() || outline.isEmpty()) {
      return new Gathering(here, List.of());
    }
    if (outline.get().size() > BlobMessages.MAXIMUM) {
      throw Problem.of(
              Code.BLOB_UNAVAILABLE,
              "the blob " + blob + " is too large: " + outline.get().size() + " bytes")
          .toException();
    }
    return new Gathering(
        Optional.empty(),
        ModuleGathering.rightly(
                () -> parts.begin(blob, outline.get().size(), outline.get().chunks()))
            .stream()
            .map(Missing::new)
            .toList());
  }

  /** Stores what was gathered; from then on this node gives it to other members. */
  CompletableFuture<Fetched> end(final EndGathering request) {
    return contexts
        .require(request.context())
        .thenCompose(_ -> async.blocking(() -> stored(request)));
  }

  private Fetched stored(final EndGathering request) {
    final Blob blob = blobs.find(request.blob()).orElseGet(() -> store(request.blob()));
    final boolean _ = blobs.share(blob.id(), request.context());
    parts.discard(blob.id());
    return new Fetched(blob.size());
  }

  private Blob store(final BlobId blob) {
    final long size =
        parts
            .size(blob)
            .orElseThrow(
                () ->
                    new StorageException(
                        StorageException.Code.MISSING, "the blob " + blob + " is not gathered"));
    try (InputStream content = parts.stream(blob)) {
      return blobs.put(content, new SizeGuard.Exactly(size), Optional.of(blob));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
