// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem;
import io.calimero.node.events.messages.BlobMessages.Fetch;
import io.calimero.node.events.messages.BlobMessages.Fetched;
import io.calimero.node.events.messages.BlobMessages.PartWritten;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.wasm.AuthorSide;
import java.util.concurrent.CompletableFuture;

/**
 * What the cores ask of the rest of the node. Failures are {@link
 * io.calimero.node.events.NodeException}.
 */
public interface Neighbours {

  /** Reads a part of a log, as {@code LOG_READ} does. */
  CompletableFuture<LogPart> readLog(ReadLog request);

  /** Reads a module, as {@code MODULE_READ} does. */
  CompletableFuture<Bytes> readModule(BlobId blob);

  /** Reads a part of a blob, as {@code BLOB_READ} does. */
  CompletableFuture<Bytes> readBlob(ReadPart request);

  /** Adds to a blob, as {@code BLOB_WRITE} does. */
  CompletableFuture<PartWritten> writeBlob(WritePart request);

  /** Has a blob fetched from members, as {@code BLOB_FETCH} does; nobody is asked by default. */
  default CompletableFuture<Fetched> fetchBlob(final Fetch request) {
    return CompletableFuture.failedFuture(
        Problem.of(
                Problem.Code.BLOB_UNAVAILABLE,
                "the blob " + request.blob() + " is not here",
                request.blob().hash())
            .toException());
  }

  /** Asks somebody outside; does not fail, and ends in bounded time. */
  default CompletableFuture<AuthorSide.Reply> ask(final AuthorSide.Request request) {
    return CompletableFuture.completedFuture(AuthorSide.Reply.failed("this node asks nobody"));
  }

  /**
   * Tells everybody that a transaction is on disk. Called for the transactions of one context in
   * their order, inside a lock: must return at once and keep that order.
   */
  void announce(TransactionExecuted notice);
}
