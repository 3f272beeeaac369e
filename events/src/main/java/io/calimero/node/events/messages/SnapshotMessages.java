// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.StatePair;
import java.util.List;
import java.util.Optional;

/** Commands about checkpoints, and about states that travel between nodes, and their replies. */
public final class SnapshotMessages {
  private SnapshotMessages() {}

  /**
   * Has the coordinator, which must be on this node, vouch for the state as it is now.
   *
   * @param context which
   */
  public record TakeCheckpoint(ContextId context) {}

  /**
   * The checkpoint is in the log and on disk.
   *
   * @param head the log with it
   * @param stateRoot the root that it vouches for
   */
  public record CheckpointMade(Head head, Hash stateRoot) {}

  /**
   * Asks for the newest checkpoint whose state this node has.
   *
   * @param context which
   */
  public record FindCheckpoint(ContextId context) {}

  /**
   * A state at a checkpoint.
   *
   * @param position the position of the entry that vouches for it
   * @param hash the hash of that entry
   * @param configuration what the context is there
   * @param keys how many keys the state has
   * @param bytes the bytes of all keys and values
   */
  public record Checkpoint(
      long position, Hash hash, Configuration configuration, long keys, long bytes) {}

  /**
   * What was found.
   *
   * @param checkpoint it, if there is one
   */
  public record FoundCheckpoint(Optional<Checkpoint> checkpoint) {}

  /**
   * Reads a part of the state at a checkpoint.
   *
   * @param context which
   * @param position the position of the entry that vouches for it
   * @param after the last key that is not wanted; from the first one on if absent
   * @param maxBytes how many bytes at most, though at least one key if there is one
   */
  public record ReadState(ContextId context, long position, Optional<Bytes> after, int maxBytes) {}

  /**
   * A part of a state.
   *
   * @param pairs in the order of their keys; none at the end
   */
  public record StatePart(List<StatePair> pairs) {}

  /**
   * Begins to take the state at a checkpoint, or goes on where it was.
   *
   * @param base the checkpoint, verified
   * @param fresh whether what has come of it before is dropped
   */
  public record BeginImport(StateBase base, boolean fresh) {}

  /**
   * Takes a part of it.
   *
   * @param context which
   * @param checkpoint the hash of the entry that vouches for it
   * @param pairs in the order of their keys
   */
  public record ImportPart(ContextId context, Hash checkpoint, List<StatePair> pairs) {}

  /**
   * Makes a snapshot of what has come, if its root is the one that the checkpoint vouches for.
   *
   * @param base the checkpoint
   */
  public record FinishImport(StateBase base) {}

  /**
   * How far an import is.
   *
   * @param last the last key that is here
   * @param keys how many are
   */
  public record Imported(Optional<Bytes> last, long keys) {}

  /**
   * Asks for the proof of a checkpoint of this node's log.
   *
   * @param context which
   * @param position the position of its entry
   * @param configuration what the context is there
   */
  public record GetBase(ContextId context, long position, Configuration configuration) {}

  /**
   * The proof.
   *
   * @param base it, if the log has the entry and the succession of coordinators
   */
  public record Base(Optional<StateBase> base) {}

  /**
   * Lets the log of a context begin with a checkpoint whose state is here: what stood in the log
   * before is gone from this node. A log that has the checkpoint already stays as it is.
   *
   * @param base the checkpoint
   */
  public record InstallBase(StateBase base) {}

  /**
   * Asks where the log of a context begins on this node.
   *
   * @param context which
   */
  public record GetBeginning(ContextId context) {}

  /**
   * Where it begins.
   *
   * @param position the position of its first entry
   */
  public record Beginning(long position) {}

  /**
   * The log of a context begins with a checkpoint from now on, and its state is that one.
   *
   * @param context which
   * @param head the end of the log
   */
  public record Rebased(ContextId context, Head head) {}
}
