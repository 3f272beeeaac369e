// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import java.util.List;
import java.util.Optional;

/** Commands about blobs that travel in parts, and their replies. */
public final class BlobMessages {
  /** The largest blob that a client can upload, and that is fetched from members: 512 MiB. */
  public static final long MAXIMUM = 512L << 20;

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
   * @param context the context whose call writes it; none if a client does
   */
  public record WritePart(
      Bytes upload, long offset, Bytes bytes, End end, long maximum, Optional<ContextId> context) {}

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

  /**
   * Ends an upload of a client. May be sent again only if it failed, from the first part on.
   *
   * @param upload which
   * @param offset how many bytes came in all
   * @param expected the name or the SHA-256 digest of the content that it must have, if any
   * @param context whose members may have it, if any
   */
  public record Keep(
      Bytes upload, long offset, Optional<Hash> expected, Optional<ContextId> context) {}

  /**
   * What is known of a blob.
   *
   * @param blob its name
   * @param size its bytes
   * @param content the SHA-256 digest of its content
   */
  public record Stored(BlobId blob, long size, Hash content) {}

  /**
   * Asks for a blob of this node.
   *
   * @param blob which
   */
  public record Find(BlobId blob) {}

  /**
   * A blob, if it is here.
   *
   * @param blob what is known of it
   */
  public record Found(Optional<Stored> blob) {}

  /** Asks for all blobs of this node. */
  public record ListAll() {}

  /**
   * All blobs.
   *
   * @param blobs in the order of their names
   */
  public record All(List<Stored> blobs) {
    /** The blobs; the list is copied. */
    public All {
      blobs = List.copyOf(blobs);
    }
  }

  /**
   * Deletes a blob, unless it is the module of an application.
   *
   * @param blob which
   */
  public record Remove(BlobId blob) {}

  /**
   * It is not here any more.
   *
   * @param removed whether it was
   */
  public record Removed(boolean removed) {}

  /**
   * Has a blob fetched from the members of a context.
   *
   * @param context which
   * @param blob the blob
   * @param waitMillis for how long to wait at most; it is fetched to its end all the same
   */
  public record Fetch(ContextId context, BlobId blob, int waitMillis) {}

  /**
   * A blob is here.
   *
   * @param size its bytes
   */
  public record Fetched(long size) {}

  /**
   * Begins to gather a blob, or goes on where it was, also before a restart.
   *
   * @param context whose members have it
   * @param blob which
   * @param outline of which chunks it consists, if that is known; else it is only looked for
   */
  public record Gather(ContextId context, BlobId blob, Optional<ModuleMessages.Outline> outline) {}

  /**
   * How far gathering is.
   *
   * @param size the bytes of the blob if it is here
   * @param missing the chunks that are not, ascending
   */
  public record Gathering(Optional<Fetched> size, List<ModuleMessages.Missing> missing) {
    /** How far; the list is copied. */
    public Gathering {
      missing = List.copyOf(missing);
    }
  }

  /**
   * Stores the blob of which all chunks are here; its members may have it from this node then.
   *
   * @param context whose
   * @param blob which
   */
  public record EndGathering(ContextId context, BlobId blob) {}
}
