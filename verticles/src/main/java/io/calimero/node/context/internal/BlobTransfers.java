// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.BlobMessages.End;
import io.calimero.node.events.messages.BlobMessages.Keep;
import io.calimero.node.events.messages.BlobMessages.Part;
import io.calimero.node.events.messages.BlobMessages.PartWritten;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.Stored;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.BlobNote;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.blobs.BlobUpload;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Blobs that come and go in parts. On the loop. */
final class BlobTransfers {
  /** How many uploads are kept; beyond that the one of which nothing was heard longest is not. */
  private static final int UPLOADS = 128;

  private static final int PART_MAX = 16 << 20;

  private final BlobStore blobs;
  private final BlobSweep sweep;
  private final Async async;
  private final Map<Bytes, Underway> uploads = new LinkedHashMap<>(16, 0.75f, true);

  /** An upload, and what of it is under way: one step after the other. */
  private static final class Underway {
    private final BlobUpload upload;
    private CompletableFuture<PartWritten> last;

    Underway(final BlobUpload upload) {
      this.upload = upload;
      last = CompletableFuture.completedFuture(new PartWritten(Optional.empty()));
    }
  }

  /**
   * Transfers to and from these blobs.
   *
   * @param sweep is told of what calls have stored
   */
  BlobTransfers(final BlobStore blobs, final BlobSweep sweep, final Async async) {
    this.blobs = blobs;
    this.sweep = sweep;
    this.async = async;
  }

  CompletableFuture<Part> read(final ReadPart request) {
    if (request.offset() < 0 || request.length() < 0 || request.length() > PART_MAX) {
      return Async.failed(Problem.of(Code.INVALID_REQUEST, "no such part of a blob"));
    }
    return async.blocking(
        () -> new Part(blobs.read(request.blob(), request.offset(), request.length())));
  }

  CompletableFuture<PartWritten> write(final WritePart request) {
    if (request.bytes().length() > PART_MAX) {
      return Async.failed(Problem.of(Code.INVALID_REQUEST, "the part of a blob is too large"));
    }
    if (request.end() == End.WITHDRAW) {
      return withdraw(request);
    }
    Underway underway = uploads.get(request.upload());
    if (underway == null) {
      if (request.end() == End.ABANDON) {
        return CompletableFuture.completedFuture(new PartWritten(Optional.empty()));
      }
      if (request.offset() != 0) {
        return Async.failed(
            Problem.of(Code.NOT_READY, "nothing was heard of the blob for too long"));
      }
      underway = new Underway(blobs.begin(request.maximum()));
      uploads.put(request.upload(), underway);
      evict();
    }
    final Optional<BlobNote> note = request.context().map(sweep::note);
    if (request.end() == End.STORE && note.isEmpty()) {
      return Async.failed(
          Problem.of(Code.INVALID_REQUEST, "the blob of a call is that of a context"));
    }
    final Underway known = underway;
    final CompletableFuture<PartWritten> step =
        known.last.thenCompose(_ -> async.blocking(() -> step(known.upload, request, note)));
    known.last = step;
    return step.whenComplete(
        (_, failure) -> {
          if (failure != null || request.end() != End.MORE) {
            uploads.remove(request.upload(), known);
          }
          if (request.end() == End.STORE) {
            sweep.later();
          }
        });
  }

  /** Ends what a client has uploaded. Durable when the future completes, and settled. */
  CompletableFuture<Stored> keep(final Keep request) {
    final Underway underway = uploads.remove(request.upload());
    if (underway == null) {
      return Async.failed(Problem.of(Code.NOT_READY, "nothing was heard of the blob for too long"));
    }
    return underway
        .last
        .handle((_, _) -> Async.Done.DONE)
        .thenCompose(_ -> async.blocking(() -> keep(underway.upload, request)));
  }

  private Stored keep(final BlobUpload upload, final Keep request) {
    if (upload.size() != request.offset()) {
      upload.abandon();
      throw Problem.of(Code.INVALID_REQUEST, "a part of the blob is missing").toException();
    }
    final Blob blob = request.expected().map(upload::finish).orElseGet(upload::finish);
    request.context().ifPresent(context -> blobs.share(blob.id(), context));
    return SharedBlobs.info(blob);
  }

  private CompletableFuture<PartWritten> withdraw(final WritePart request) {
    if (request.bytes().length() != Hash.LENGTH || request.context().isEmpty()) {
      return Async.failed(Problem.of(Code.INVALID_REQUEST, "not the name of a blob"));
    }
    final BlobId blob = new BlobId(Hash.of(request.bytes().toByteArray()));
    return async.blocking(
        () -> {
          final boolean _ = blobs.withdraw(blob, request.context().get());
          return new PartWritten(Optional.empty());
        });
  }

  private static PartWritten step(
      final BlobUpload upload, final WritePart request, final Optional<BlobNote> note) {
    final long behind = request.offset() + request.bytes().length();
    if (request.end() == End.ABANDON) {
      upload.abandon();
      return new PartWritten(Optional.empty());
    }
    if (upload.size() == request.offset()) {
      upload.write(request.bytes().unsafeArray());
    } else if (upload.size() != behind) {
      upload.abandon();
      throw Problem.of(Code.INVALID_REQUEST, "a part of the blob is missing").toException();
    }
    return new PartWritten(
        request.end() == End.STORE ? note.map(upload::finish).map(Blob::id) : Optional.empty());
  }

  private void evict() {
    if (uploads.size() > UPLOADS) {
      final Underway eldest = uploads.remove(uploads.keySet().iterator().next());
      if (eldest != null) {
        final CompletableFuture<Async.Done> _ =
            eldest
                .last
                .handle((_, _) -> Async.Done.DONE)
                .thenCompose(_ -> async.blocking(eldest.upload::abandon));
      }
    }
  }
}
