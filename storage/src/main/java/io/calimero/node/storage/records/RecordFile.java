// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.records;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.records.internal.FileRecords;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * An open file of records; docs/formats.md has its form. Every method blocks, and is for one thread
 * at a time.
 *
 * <p>Records that were appended together are there together after a crash, or none of them is.
 */
public interface RecordFile extends AutoCloseable {
  /** How many bytes the records of one append, or of one part of a rewriting, may have. */
  int MAX_GROUP = 64 << 20;

  /**
   * What was found when the file was opened.
   *
   * @param records what it holds, in the order of their appending
   * @param torn how many bytes an append left behind that never came to its end; they were cut off
   * @param damage what is lost for good, in words that name where it was, if anything is; the file
   *     as it was is kept beside
   */
  record Contents(List<Bytes> records, long torn, Optional<String> damage) {}

  /**
   * Opens the file, or makes an empty one.
   *
   * @throws StorageException if it cannot be read or written, or is of a later format
   */
  static RecordFile open(final Path file) {
    return new FileRecords(Disk.real(), file, new SecureRandom());
  }

  /** What was found. */
  Contents contents();

  /**
   * Adds records behind the others. Durable on return.
   *
   * @throws StorageException {@code FULL} if there is no room, {@code IO} for any other failure;
   *     then {@link #mustBeRewritten}, and nothing was stored unless the message says that this is
   *     open
   */
  void append(List<Bytes> records);

  /**
   * Replaces all that it holds, in one step. Durable on return.
   *
   * @throws StorageException as {@link #append}; then it holds what it held before, or this
   */
  void rewrite(List<Bytes> records);

  /** Whether an append has failed, so that only {@link #rewrite} makes it good again. */
  boolean mustBeRewritten();

  /** How long the file is. */
  long size();

  @Override
  void close();
}
