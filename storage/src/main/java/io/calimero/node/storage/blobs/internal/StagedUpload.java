// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.BlobNote;
import io.calimero.node.storage.blobs.BlobUpload;
import io.calimero.node.storage.internal.Trouble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** An upload into the staging of a store. */
final class StagedUpload implements BlobUpload {
  private final Staging staging;
  private final long maximum;
  private final Path directory;
  private final Commit commit;
  private final byte[] chunk = new byte[Blob.CHUNK_SIZE];
  private int filled;
  private long size;
  private boolean ended;

  /** Makes a blob of what is staged. */
  @FunctionalInterface
  interface Commit {
    void run(Blob blob, Optional<BlobNote> note) throws IOException;
  }

  StagedUpload(
      final Staging staging, final long maximum, final Path directory, final Commit commit) {
    this.staging = staging;
    this.maximum = maximum;
    this.directory = directory;
    this.commit = commit;
  }

  @Override
  public void write(final byte[] part) {
    guarded(
        () -> {
          if (size + part.length > maximum) {
            throw new StorageException(
                Code.REJECTED, "the blob has more than the " + maximum + " bytes allowed");
          }
          int done = 0;
          while (done < part.length) {
            final int count = Math.min(part.length - done, chunk.length - filled);
            System.arraycopy(part, done, chunk, filled, count);
            filled += count;
            done += count;
            if (filled == chunk.length) {
              stage();
            }
          }
          size += part.length;
        });
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Blob finish() {
    return finish(Optional.empty(), Optional.empty());
  }

  @Override
  public Blob finish(final Hash expected) {
    return finish(Optional.empty(), Optional.of(expected));
  }

  @Override
  public Blob finish(final BlobNote note) {
    return finish(Optional.of(note), Optional.empty());
  }

  private Blob finish(final Optional<BlobNote> note, final Optional<Hash> expected) {
    guarded(
        () -> {
          if (filled > 0) {
            stage();
          }
        });
    final Blob blob = staging.blob();
    guarded(
        () -> {
          check(blob, expected);
          commit.run(blob, note);
        });
    ended = true;
    return blob;
  }

  private static void check(final Blob blob, final Optional<Hash> expected) {
    if (expected
        .filter(hash -> !hash.equals(blob.id().hash()) && !hash.equals(blob.contentHash()))
        .isPresent()) {
      throw new StorageException(
          Code.REJECTED, "expected the blob " + expected.get() + ", the content is " + blob.id());
    }
  }

  @Override
  public void abandon() {
    if (!ended) {
      ended = true;
      staging.discard(new IOException("the blob was given up"));
    }
  }

  private void stage() throws IOException {
    staging.add(Arrays.copyOf(chunk, filled));
    filled = 0;
  }

  private interface Step {
    void run() throws IOException;
  }

  private void guarded(final Step step) {
    if (ended) {
      throw new IllegalStateException("the upload has ended");
    }
    try {
      step.run();
    } catch (final StorageException e) {
      ended = true;
      staging.discard(e);
      throw e;
    } catch (final IOException e) {
      ended = true;
      staging.discard(e);
      throw Trouble.of("storing a blob", directory, e);
    }
  }
}
