// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.CLUSTER;
import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.CALL;
import static io.calimero.node.events.bus.Timeouts.LONG;
import static io.calimero.node.events.bus.Timeouts.SHORT;

import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.SnapshotMessages;

/** Checkpoints, and the states that are handed on with them. A part of {@link Topics}. */
sealed interface CheckpointTopics permits Topics {
  /** Vouches for the state as it is now. Answered by context. */
  CommandTopic<SnapshotMessages.TakeCheckpoint, SnapshotMessages.CheckpointMade> CHECKPOINT_TAKE =
      CommandTopic.of(
          "calimero.v1.context.checkpoint",
          SnapshotMessages.TakeCheckpoint.class,
          SnapshotMessages.CheckpointMade.class,
          CLUSTER,
          CALL,
          16);

  /** Finds a state to be given to others. Answered by execution, asked by catchup. */
  CommandTopic<SnapshotMessages.FindCheckpoint, SnapshotMessages.FoundCheckpoint> CHECKPOINT_FIND =
      CommandTopic.of(
          "calimero.v1.checkpoint.find",
          SnapshotMessages.FindCheckpoint.class,
          SnapshotMessages.FoundCheckpoint.class,
          LOCAL,
          CALL,
          64);

  /** Reads a part of such a state. Answered by execution, asked by catchup. */
  CommandTopic<SnapshotMessages.ReadState, SnapshotMessages.StatePart> STATE_READ =
      CommandTopic.of(
          "calimero.v1.state.read",
          SnapshotMessages.ReadState.class,
          SnapshotMessages.StatePart.class,
          LOCAL,
          CALL,
          64);

  /** Begins to take a state from another node. Answered by execution, asked by catchup. */
  CommandTopic<SnapshotMessages.BeginImport, SnapshotMessages.Imported> IMPORT_BEGIN =
      CommandTopic.of(
          "calimero.v1.state.import-begin",
          SnapshotMessages.BeginImport.class,
          SnapshotMessages.Imported.class,
          LOCAL,
          LONG,
          16);

  /** Takes a part of it. Answered by execution, asked by catchup. Not to be repeated. */
  CommandTopic<SnapshotMessages.ImportPart, SnapshotMessages.Imported> IMPORT_PART =
      CommandTopic.of(
          "calimero.v1.state.import-part",
          SnapshotMessages.ImportPart.class,
          SnapshotMessages.Imported.class,
          LOCAL,
          CALL,
          64);

  /** Makes a snapshot of it. Answered by execution, asked by catchup. */
  CommandTopic<SnapshotMessages.FinishImport, SnapshotMessages.Imported> IMPORT_FINISH =
      CommandTopic.of(
          "calimero.v1.state.import-finish",
          SnapshotMessages.FinishImport.class,
          SnapshotMessages.Imported.class,
          LOCAL,
          LONG,
          16);

  /** Proves a checkpoint. Answered by context, asked by catchup. */
  CommandTopic<SnapshotMessages.GetBase, SnapshotMessages.Base> BASE_GET =
      CommandTopic.of(
          "calimero.v1.base.get",
          SnapshotMessages.GetBase.class,
          SnapshotMessages.Base.class,
          LOCAL,
          CALL,
          64);

  /** Lets a log begin with a checkpoint. Answered by context, asked by catchup. */
  CommandTopic<SnapshotMessages.InstallBase, ContextMessages.Applied> BASE_INSTALL =
      CommandTopic.of(
          "calimero.v1.base.install",
          SnapshotMessages.InstallBase.class,
          ContextMessages.Applied.class,
          LOCAL,
          CALL,
          64);

  /** Tells where a log begins. Answered by context. */
  CommandTopic<SnapshotMessages.GetBeginning, SnapshotMessages.Beginning> LOG_BEGINNING =
      CommandTopic.of(
          "calimero.v1.log.beginning",
          SnapshotMessages.GetBeginning.class,
          SnapshotMessages.Beginning.class,
          CLUSTER,
          SHORT,
          256);

  /** The log of a context begins with a checkpoint from now on. Published by context. */
  EventTopic<SnapshotMessages.Rebased> REBASED =
      EventTopic.of("calimero.v1.context.rebased", SnapshotMessages.Rebased.class, CLUSTER);
}
