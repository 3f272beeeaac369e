// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.BlobMessages;
import io.calimero.node.events.messages.BlobMessages.End;
import io.calimero.node.events.messages.BlobMessages.Fetch;
import io.calimero.node.events.messages.BlobMessages.PartWritten;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.wasm.Blobs;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The blobs of the node, which a neighbour keeps. Calls wait for them on their own threads, which
 * nobody interrupts, for a bounded time.
 */
final class NodeBlobs implements Blobs {
  private static final long WAIT_SECONDS = 15;

  /** Well below the deadline of calls, so that it can be said why a call is broken off. */
  private static final int FETCH_MILLIS = 5_000;

  private final Neighbours neighbours;
  private final long instance;
  private final AtomicLong uploads = new AtomicLong();
  private CompletableFuture<?> givenUp = CompletableFuture.completedFuture(null);

  /**
   * The blobs.
   *
   * @param instance tells the uploads of this execution from those of another
   */
  NodeBlobs(final Neighbours neighbours, final long instance) {
    this.neighbours = neighbours;
    this.instance = instance;
  }

  /** A blob that is not here is fetched from members of the context that is called. */
  @Override
  public Bytes read(
      final ContextId context, final BlobId blob, final long offset, final int length) {
    final ReadPart part = new ReadPart(blob, offset, length);
    return await(
        neighbours
            .readBlob(part)
            .exceptionallyCompose(
                failure ->
                    isMissing(failure)
                        ? neighbours
                            .fetchBlob(new Fetch(context, blob, FETCH_MILLIS))
                            .thenCompose(_ -> neighbours.readBlob(part))
                        : CompletableFuture.failedFuture(failure)));
  }

  private static boolean isMissing(final Throwable failure) {
    return Futures.cause(failure) instanceof final NodeException known
        && known.problem().code() == Code.BLOB_UNAVAILABLE;
  }

  @Override
  public Upload create(final ContextId context) {
    final byte[] name =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(instance)
            .putLong(uploads.incrementAndGet())
            .array();
    return new Parts(
        Bytes.wrap(Arrays.copyOf(Hash.sha256(name).toByteArray(), Transaction.UNIQUE_ID_LENGTH)),
        context);
  }

  /**
   * Nobody waits for that: what the one who keeps blobs does not hear of, it gives up in time. One
   * after the other, as a call may have many.
   */
  private synchronized void giveUp(final WritePart last) {
    givenUp = givenUp.handle((_, _) -> last).thenCompose(neighbours::writeBlob);
  }

  private static <T> T await(final CompletableFuture<T> reply) {
    try {
      return reply.get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (final ExecutionException e) {
      final Throwable cause = Futures.cause(e);
      throw new UnavailableException(
          cause instanceof NodeException known
              ? known.problem().message()
              : "the blobs cannot be reached: " + cause);
    } catch (final TimeoutException e) {
      throw new UnavailableException("the blobs did not answer in " + WAIT_SECONDS + " s");
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("the node is stopping");
    }
  }

  /** An upload in parts. */
  private final class Parts implements Upload {
    private final Bytes name;
    private final ContextId context;
    private Optional<BlobId> stored = Optional.empty();
    private long sent;

    Parts(final Bytes name, final ContextId context) {
      this.name = name;
      this.context = context;
    }

    @Override
    public void write(final Bytes part) {
      final PartWritten _ = await(neighbours.writeBlob(part(part, End.MORE)));
      sent += part.length();
    }

    @Override
    public BlobId finish() {
      stored = await(neighbours.writeBlob(part(Bytes.EMPTY, End.STORE))).blob();
      return stored.orElseThrow(() -> new UnavailableException("the blob was not stored"));
    }

    @Override
    public void abandon() {
      giveUp(
          stored
              .map(blob -> part(Bytes.wrap(blob.hash().toByteArray()), End.WITHDRAW))
              .orElseGet(() -> part(Bytes.EMPTY, End.ABANDON)));
    }

    private WritePart part(final Bytes bytes, final End end) {
      return new WritePart(name, sent, bytes, end, BlobMessages.MAXIMUM, Optional.of(context));
    }
  }
}
