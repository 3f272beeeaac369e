// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.internal.FileBlobStore;
import io.calimero.node.storage.internal.Disk;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * The blobs that a node has. Content is verified when it is written and each time it is read. All
 * methods may be called from any thread, and block on the disk.
 *
 * <p>A blob that a call has stored is not settled: it may turn out that nothing refers to it. It is
 * settled by {@link #keep}, and by being stored without a note.
 */
public interface BlobStore {

  /**
   * The store in this directory. For writing it is created if it is not there, and cleared of what
   * a crash left unfinished.
   *
   * @param directory see {@link io.calimero.node.storage.home.NodeHome#blobs}
   */
  static BlobStore open(final Path directory, final Access access) {
    return new FileBlobStore(directory, access, Disk.real());
  }

  /**
   * Stores the content of the stream, which is read to its end and not closed. Durable on return.
   * Storing what is there already is no error and mends chunks that were damaged.
   *
   * @param size how many bytes the stream may bring
   * @param expected the name that the content must have, if that is known
   * @throws StorageException {@code REJECTED} if the stream breaks the size or has another name,
   *     {@code FULL}, {@code IO} (also when the stream itself fails); nothing is stored then
   */
  Blob put(InputStream content, SizeGuard size, Optional<BlobId> expected);

  /**
   * Begins a blob that comes part by part.
   *
   * @param maximum how many bytes it may have
   */
  BlobUpload begin(long maximum);

  /** What is known of the blob, or none if it is not here. */
  Optional<Blob> find(BlobId id);

  /** Whether the blob is here. */
  default boolean has(BlobId id) {
    return find(id).isPresent();
  }

  /**
   * The content, chunk after chunk: no byte is given out before the whole chunk has been verified.
   * A damaged chunk ends the stream with an {@link StorageException} {@code CORRUPT} that names the
   * blob, not with an end of file. The stream holds no file open between reads.
   *
   * @throws StorageException {@code MISSING} if the blob is not here
   */
  InputStream stream(BlobId id);

  /**
   * The whole content.
   *
   * @param maximum more bytes than these are refused
   * @throws StorageException {@code MISSING}, {@code CORRUPT}, or {@code REJECTED} if it is larger
   */
  Bytes read(BlobId id, long maximum);

  /**
   * A part of the content. Every chunk that it touches is verified as a whole.
   *
   * @param offset where it begins
   * @param length how many bytes at most; fewer come only at the end of the blob
   * @throws StorageException {@code MISSING}, {@code CORRUPT}, {@code IO}
   */
  Bytes read(BlobId id, long offset, int length);

  /** All blobs, in the order of their names. */
  List<Blob> list();

  /**
   * Deletes the blob, and those of its chunks that no other blob has.
   *
   * @return whether it was there
   */
  boolean delete(BlobId id);

  /** The blobs that are not settled, with what is noted of each. */
  SortedMap<BlobId, List<BlobNote>> unsettled();

  /** The blob stays. Durable on return; nothing happens if it is settled, or is not here. */
  void keep(BlobId id);

  /**
   * A call of the context that stored the blob has come to nothing. The blob is deleted if it is
   * not settled and no other call stored it.
   *
   * @return whether it was deleted
   */
  boolean withdraw(BlobId id, ContextId context);

  /**
   * Deletes the blob if it is not settled, and all of its notes are as said.
   *
   * @return whether it was deleted
   */
  boolean discard(BlobId id, Predicate<BlobNote> over);

  /**
   * The members of the context may have the blob from this node. Durable on return; that it is so
   * already is no error. Goes when the blob does.
   *
   * @return whether the blob is here; nothing is kept of one that is not
   * @throws StorageException {@code REJECTED} if it is shared in very many contexts; {@code FULL};
   *     {@code IO}
   */
  boolean share(BlobId id, ContextId context);

  /** Whether the blob is here and the members of the context may have it. */
  boolean isShared(BlobId id, ContextId context);
}
