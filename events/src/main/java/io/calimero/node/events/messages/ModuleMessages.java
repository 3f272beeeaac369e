// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.Application;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import java.util.List;
import java.util.Optional;

/** Commands about modules that travel between nodes chunk by chunk, and their replies. */
public final class ModuleMessages {
  private ModuleMessages() {}

  /**
   * Asks of which chunks a module of a context consists.
   *
   * @param context which runs it, or ran it
   * @param blob the module
   */
  public record GetOutline(ContextId context, BlobId blob) {}

  /**
   * Of which chunks a blob consists: 1 MiB each, the last one of what is left.
   *
   * @param size its bytes
   * @param chunks the SHA-256 digests of the chunks; the SHA-256 digest of these is its name
   */
  public record Outline(long size, List<Hash> chunks) {
    /** The outline; the list is copied. */
    public Outline {
      chunks = List.copyOf(chunks);
    }
  }

  /**
   * Reads a part of a module of a context.
   *
   * @param context which runs it, or ran it
   * @param blob the module
   * @param offset where the part begins
   * @param length its bytes, 1 MiB at most; fewer come only at the end
   */
  public record ReadPart(ContextId context, BlobId blob, long offset, int length) {}

  /**
   * Begins to gather the module of an application, or goes on where it was, also before a restart.
   *
   * @param application whose
   * @param outline of which chunks it consists, if that is known
   */
  public record Gather(Application application, Optional<Outline> outline) {}

  /**
   * How far gathering is.
   *
   * @param installed whether nothing is to be done: the application is here
   * @param outlined whether it is known of which chunks the module consists
   * @param missing the chunks that are not here, ascending
   */
  public record Gathering(boolean installed, boolean outlined, List<Missing> missing) {
    /** How far; the list is copied. */
    public Gathering {
      missing = List.copyOf(missing);
    }
  }

  /**
   * A chunk that is not here.
   *
   * @param number which, from 0
   */
  public record Missing(int number) {}

  /**
   * Keeps a chunk, if it is the right one.
   *
   * @param blob of which module
   * @param number which
   * @param bytes the chunk
   */
  public record AddChunk(BlobId blob, int number, Bytes bytes) {}

  /**
   * Installs the application whose module has been gathered.
   *
   * @param application which
   */
  public record EndGathering(Application application) {}

  /** It was done. */
  public record Done() {}
}
