// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import java.util.Optional;

/** Commands about blobs that travel in parts, and their replies. */
public final class BlobMessages {
  private BlobMessages() {}

  /**
   * Reads a part of a blob.
   *
   * @param blob which
   * @param offset where the part begins
   * @param length how many bytes at most
   */
  public record ReadPart(BlobId blob, long offset, int length) {}

  /**
   * A part of a blob.
   *
   * @param bytes the bytes; fewer than asked for only at the end of the blob
   */
  public record Part(Bytes bytes) {}

  /**
   * Adds to a blob, and begins it with the first part. The same part may be sent again.
   *
   * @param upload sixteen bytes that name the upload
   * @param offset how many bytes came before
   * @param bytes the bytes
   * @param end what follows
   * @param maximum how many bytes the blob may have in all
   * @param context the context whose call writes it
   */
  public record WritePart(
      Bytes upload, long offset, Bytes bytes, End end, long maximum, ContextId context) {}

  /** What follows a part. */
  public enum End {
    /** Another part. */
    MORE,
    /** Nothing: the blob is to be stored. */
    STORE,
    /** Nothing: the blob is given up. */
    ABANDON,
    /**
     * Nothing: the call came to nothing after the blob, which the bytes name, was stored for it.
     * The blob goes, unless it was stored otherwise too.
     */
    WITHDRAW
  }

  /**
   * The part was taken.
   *
   * @param blob the name of the blob once it is stored, durably
   */
  public record PartWritten(Optional<BlobId> blob) {}
}
