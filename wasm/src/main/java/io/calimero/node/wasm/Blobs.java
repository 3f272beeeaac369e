// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.BlobDigest;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;

/**
 * The blobs of the node as calls see them. Blobs are named by their content, so that what a call
 * reads is the same on every node that has it. Asked on the thread that runs the guest, whose
 * deadline goes on meanwhile: an implementation bounds its own waiting.
 */
public interface Blobs {
  /** A node without blobs: every one is missing, and what is written is named and forgotten. */
  Blobs NONE =
      (_, blob, _, _) -> {
        throw new UnavailableException("blob " + blob + " is not on this node");
      };

  /**
   * A part of a blob.
   *
   * @param context the context that is called
   * @param offset where it begins
   * @param length how many bytes at most
   * @return the bytes; fewer than asked for only at the end of the blob, none behind it
   * @throws UnavailableException if the blob is not here or cannot be read
   */
  Bytes read(ContextId context, BlobId blob, long offset, int length);

  /**
   * Begins a blob. Unless overridden the blob is named and forgotten, which is what a call wants
   * that is run once more.
   *
   * @param context the context that is called
   * @throws UnavailableException if the node takes none at the moment
   */
  default Upload create(final ContextId context) {
    return new Forgotten();
  }

  /** A blob while it is written. */
  interface Upload {
    /**
     * Adds to it.
     *
     * @throws UnavailableException if the node cannot store it
     */
    void write(Bytes part);

    /**
     * Ends it.
     *
     * @return its name; the blob is durable
     * @throws UnavailableException if the node cannot store it
     */
    BlobId finish();

    /**
     * Gives it up, before or after its end: nothing of it stays, unless others have stored the same
     * content. Waits for nothing.
     */
    void abandon();
  }

  /** The node cannot give or take a blob, which says nothing about the call. */
  final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** An exception of that message, for the operator. */
    public UnavailableException(final String message) {
      super(message);
    }
  }

  /** A blob that is named only. */
  final class Forgotten implements Upload {
    private final BlobDigest digest = new BlobDigest();

    private Forgotten() {}

    @Override
    public void write(final Bytes part) {
      digest.update(part.unsafeArray());
    }

    @Override
    public BlobId finish() {
      return digest.id();
    }

    @Override
    public void abandon() {
      // nothing is kept
    }
  }
}
