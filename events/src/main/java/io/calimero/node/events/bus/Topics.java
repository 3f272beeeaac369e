// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.CLUSTER;
import static io.calimero.node.events.bus.Scope.LOCAL;

import io.calimero.node.events.Application;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.AttestationMessages;
import io.calimero.node.events.messages.BlobMessages;
import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ExecutionMessages;
import io.calimero.node.events.messages.KeyMessages;
import io.calimero.node.events.messages.MembershipMessages;
import io.calimero.node.events.messages.ModuleMessages;
import io.calimero.node.events.messages.NetworkMessages;
import io.calimero.node.events.messages.NodeMessages;
import io.calimero.node.events.messages.OperationMessages;
import io.calimero.node.events.messages.SnapshotMessages;
import io.calimero.node.events.messages.TransactionMessages;
import java.time.Duration;
import java.util.List;

/**
 * Every topic of the node: the one place that says who answers what, and how far it may travel.
 *
 * <p>Commands can be repeated safely where their documentation does not say otherwise.
 */
public final class Topics {
  private static final Duration SHORT = Duration.ofSeconds(10);
  private static final Duration CALL = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofMinutes(5);

  /** Installs an application. Answered by context. Installing again changes nothing. */
  public static final CommandTopic<ApplicationMessages.Install, Application> APPLICATION_INSTALL =
      CommandTopic.of(
          "calimero.v1.application.install",
          ApplicationMessages.Install.class,
          Application.class,
          CLUSTER,
          LONG,
          4);

  /** Lists the applications. Answered by context. */
  public static final CommandTopic<ApplicationMessages.ListAll, ApplicationMessages.All>
      APPLICATION_LIST =
          CommandTopic.of(
              "calimero.v1.application.list",
              ApplicationMessages.ListAll.class,
              ApplicationMessages.All.class,
              CLUSTER,
              SHORT,
              64);

  /** Gets an application. Answered by context. */
  public static final CommandTopic<ApplicationMessages.Get, ApplicationMessages.Found>
      APPLICATION_GET =
          CommandTopic.of(
              "calimero.v1.application.get",
              ApplicationMessages.Get.class,
              ApplicationMessages.Found.class,
              CLUSTER,
              SHORT,
              256);

  /** Removes an application. Answered by context. */
  public static final CommandTopic<ApplicationMessages.Remove, ApplicationMessages.Done>
      APPLICATION_REMOVE =
          CommandTopic.of(
              "calimero.v1.application.remove",
              ApplicationMessages.Remove.class,
              ApplicationMessages.Done.class,
              CLUSTER,
              SHORT,
              16);

  /** Reads a module out of the blob store. Answered by context, asked by execution. */
  public static final CommandTopic<ApplicationMessages.ReadModule, ApplicationMessages.Module>
      MODULE_READ =
          CommandTopic.of(
              "calimero.v1.module.read",
              ApplicationMessages.ReadModule.class,
              ApplicationMessages.Module.class,
              LOCAL,
              CALL,
              64);

  /** Checks a module. Answered by execution, asked by context before it installs. */
  public static final CommandTopic<
          ApplicationMessages.CheckModule, ApplicationMessages.ModuleDescription>
      MODULE_CHECK =
          CommandTopic.of(
              "calimero.v1.module.check",
              ApplicationMessages.CheckModule.class,
              ApplicationMessages.ModuleDescription.class,
              LOCAL,
              CALL,
              4);

  /** Describes an installed module. Answered by execution, asked by context. */
  public static final CommandTopic<
          ApplicationMessages.DescribeModule, ApplicationMessages.ModuleDescription>
      MODULE_DESCRIBE =
          CommandTopic.of(
              "calimero.v1.module.describe",
              ApplicationMessages.DescribeModule.class,
              ApplicationMessages.ModuleDescription.class,
              LOCAL,
              CALL,
              1024);

  /** Gets what an application says of itself. Answered by context. */
  public static final CommandTopic<ApplicationMessages.GetAbi, ApplicationMessages.Abi>
      APPLICATION_ABI =
          CommandTopic.of(
              "calimero.v1.application.abi",
              ApplicationMessages.GetAbi.class,
              ApplicationMessages.Abi.class,
              CLUSTER,
              CALL,
              64);

  /** Reads a part of a blob. Answered by context, asked by execution for guests. */
  public static final CommandTopic<BlobMessages.ReadPart, BlobMessages.Part> BLOB_READ =
      CommandTopic.of(
          "calimero.v1.blob.read",
          BlobMessages.ReadPart.class,
          BlobMessages.Part.class,
          LOCAL,
          SHORT,
          256);

  /** Adds to a blob. Answered by context, asked by execution for guests. */
  public static final CommandTopic<BlobMessages.WritePart, BlobMessages.PartWritten> BLOB_WRITE =
      CommandTopic.of(
          "calimero.v1.blob.write",
          BlobMessages.WritePart.class,
          BlobMessages.PartWritten.class,
          LOCAL,
          SHORT,
          256);

  /** Creates a context. Answered by context. Only with a seed can it be repeated safely. */
  public static final CommandTopic<ContextMessages.Create, ContextMessages.Created> CONTEXT_CREATE =
      CommandTopic.of(
          "calimero.v1.context.create",
          ContextMessages.Create.class,
          ContextMessages.Created.class,
          CLUSTER,
          CALL,
          64);

  /** Lists the contexts. Answered by context. */
  public static final CommandTopic<ContextMessages.ListAll, ContextMessages.All> CONTEXT_LIST =
      CommandTopic.of(
          "calimero.v1.context.list",
          ContextMessages.ListAll.class,
          ContextMessages.All.class,
          CLUSTER,
          SHORT,
          16);

  /** Gets a context. Answered by context. */
  public static final CommandTopic<ContextMessages.Get, ContextMessages.Summary> CONTEXT_GET =
      CommandTopic.of(
          "calimero.v1.context.get",
          ContextMessages.Get.class,
          ContextMessages.Summary.class,
          CLUSTER,
          SHORT,
          256);

  /** Removes a context from this node. Answered by context. */
  public static final CommandTopic<ContextMessages.Remove, ContextMessages.Removed> CONTEXT_REMOVE =
      CommandTopic.of(
          "calimero.v1.context.remove",
          ContextMessages.Remove.class,
          ContextMessages.Removed.class,
          CLUSTER,
          CALL,
          16);

  /** Makes an identity. Answered by context. */
  public static final CommandTopic<ContextMessages.CreateIdentity, ContextMessages.IdentityCreated>
      IDENTITY_CREATE =
          CommandTopic.of(
              "calimero.v1.identity.create",
              ContextMessages.CreateIdentity.class,
              ContextMessages.IdentityCreated.class,
              CLUSTER,
              SHORT,
              16);

  /** Reads a part of a context's log. Answered by context. */
  public static final CommandTopic<ContextMessages.ReadLog, ContextMessages.LogPart> LOG_READ =
      CommandTopic.of(
          "calimero.v1.log.read",
          ContextMessages.ReadLog.class,
          ContextMessages.LogPart.class,
          CLUSTER,
          CALL,
          64);

  /** A call that may write. Answered by context, when it is on disk. */
  public static final CommandTopic<ExecutionMessages.Submit, ExecutionMessages.Answer> SUBMIT =
      CommandTopic.of(
          "calimero.v1.execute",
          ExecutionMessages.Submit.class,
          ExecutionMessages.Answer.class,
          CLUSTER,
          CALL,
          4096);

  /** A call that must not write. Answered by execution. */
  public static final CommandTopic<ExecutionMessages.Query, ExecutionMessages.Answer> QUERY =
      CommandTopic.of(
          "calimero.v1.query",
          ExecutionMessages.Query.class,
          ExecutionMessages.Answer.class,
          CLUSTER,
          CALL,
          1024);

  /** Runs transactions on top of a head. Answered by execution, asked by context. */
  public static final CommandTopic<ExecutionMessages.Execute, ExecutionMessages.Executed>
      TRANSACTIONS_EXECUTE =
          CommandTopic.of(
              "calimero.v1.transactions.execute",
              ExecutionMessages.Execute.class,
              ExecutionMessages.Executed.class,
              LOCAL,
              LONG,
              4096);

  /** Runs a call for its author, who vouches for it. Answered by execution, asked by context. */
  public static final CommandTopic<AttestationMessages.Attest, AttestationMessages.Attempt>
      TRANSACTION_ATTEST =
          CommandTopic.of(
              "calimero.v1.transaction.attest",
              AttestationMessages.Attest.class,
              AttestationMessages.Attempt.class,
              LOCAL,
              LONG,
              1024);

  /** Runs {@code init} on top of a first entry. Answered by execution, asked by context. */
  public static final CommandTopic<ExecutionMessages.Initialize, ExecutionMessages.Executed>
      CONTEXT_INITIALIZE =
          CommandTopic.of(
              "calimero.v1.context.initialize",
              ExecutionMessages.Initialize.class,
              ExecutionMessages.Executed.class,
              LOCAL,
              LONG,
              64);

  /** Gets the state of a context in short. Answered by execution. */
  public static final CommandTopic<ExecutionMessages.GetState, ExecutionMessages.State> STATE_GET =
      CommandTopic.of(
          "calimero.v1.state.get",
          ExecutionMessages.GetState.class,
          ExecutionMessages.State.class,
          CLUSTER,
          CALL,
          256);

  /** Asks how applications are run. Answered by execution. */
  public static final CommandTopic<ExecutionMessages.GetEngine, ExecutionMessages.Engine>
      ENGINE_GET =
          CommandTopic.of(
              "calimero.v1.engine.get",
              ExecutionMessages.GetEngine.class,
              ExecutionMessages.Engine.class,
              CLUSTER,
              SHORT,
              16);

  /** Reads the metrics of this JVM. Answered by whoever measures it. */
  public static final CommandTopic<OperationMessages.ReadMetrics, OperationMessages.Metrics>
      METRICS_READ =
          CommandTopic.of(
              "calimero.v1.metrics.read",
              OperationMessages.ReadMetrics.class,
              OperationMessages.Metrics.class,
              LOCAL,
              SHORT,
              4);

  /** Makes an identity a member and tells how to join. Answered by context. */
  public static final CommandTopic<ContextMessages.Invite, ContextMessages.Invited> CONTEXT_INVITE =
      CommandTopic.of(
          "calimero.v1.context.invite",
          ContextMessages.Invite.class,
          ContextMessages.Invited.class,
          CLUSTER,
          CALL,
          64);

  /** Joins a context. Answered by context, when it can be read here. */
  public static final CommandTopic<ContextMessages.Join, ContextMessages.Joined> CONTEXT_JOIN =
      CommandTopic.of(
          "calimero.v1.context.join",
          ContextMessages.Join.class,
          ContextMessages.Joined.class,
          CLUSTER,
          LONG,
          16);

  /** Takes entries of another node's making into a log. Answered by context. */
  public static final CommandTopic<ContextMessages.Apply, ContextMessages.Applied> ENTRIES_APPLY =
      CommandTopic.of(
          "calimero.v1.entries.apply",
          ContextMessages.Apply.class,
          ContextMessages.Applied.class,
          LOCAL,
          LONG,
          1024);

  /** Proves membership. Answered by context. */
  public static final CommandTopic<ContextMessages.Prove, ContextMessages.Proven> MEMBERSHIP_PROVE =
      CommandTopic.of(
          "calimero.v1.membership.prove",
          ContextMessages.Prove.class,
          ContextMessages.Proven.class,
          LOCAL,
          SHORT,
          1024);

  /** Orders a transaction of another node. Answered by context. */
  public static final CommandTopic<ContextMessages.Order, ExecutionMessages.Answer>
      TRANSACTION_ORDER =
          CommandTopic.of(
              "calimero.v1.transaction.order",
              ContextMessages.Order.class,
              ExecutionMessages.Answer.class,
              LOCAL,
              CALL,
              4096);

  /** Orders a change of another node. Answered by context, with the head that it made. */
  public static final CommandTopic<ContextMessages.OrderChange, ContextMessages.Applied>
      CHANGE_ORDER =
          CommandTopic.of(
              "calimero.v1.change.order",
              ContextMessages.OrderChange.class,
              ContextMessages.Applied.class,
              LOCAL,
              CALL,
              256);

  /** Installs an application that came from a peer. Answered by context. */
  public static final CommandTopic<ApplicationMessages.Receive, ApplicationMessages.Done>
      APPLICATION_RECEIVE =
          CommandTopic.of(
              "calimero.v1.application.receive",
              ApplicationMessages.Receive.class,
              ApplicationMessages.Done.class,
              LOCAL,
              CALL,
              16);

  /** Executes entries of a coordinator elsewhere. Answered by execution, asked by context. */
  public static final CommandTopic<ExecutionMessages.Replay, ExecutionMessages.Replayed>
      ENTRIES_REPLAY =
          CommandTopic.of(
              "calimero.v1.entries.replay",
              ExecutionMessages.Replay.class,
              ExecutionMessages.Replayed.class,
              LOCAL,
              LONG,
              4096);

  /** Fetches a context. Answered by catchup, asked by context. */
  public static final CommandTopic<CatchupMessages.Fetch, CatchupMessages.Done> CONTEXT_FETCH =
      CommandTopic.of(
          "calimero.v1.context.fetch",
          CatchupMessages.Fetch.class,
          CatchupMessages.Done.class,
          LOCAL,
          LONG,
          16);

  /** Vouches for the state as it is now. Answered by context. */
  public static final CommandTopic<SnapshotMessages.TakeCheckpoint, SnapshotMessages.CheckpointMade>
      CHECKPOINT_TAKE =
          CommandTopic.of(
              "calimero.v1.context.checkpoint",
              SnapshotMessages.TakeCheckpoint.class,
              SnapshotMessages.CheckpointMade.class,
              CLUSTER,
              CALL,
              16);

  /** Finds a state to be given to others. Answered by execution, asked by catchup. */
  public static final CommandTopic<
          SnapshotMessages.FindCheckpoint, SnapshotMessages.FoundCheckpoint>
      CHECKPOINT_FIND =
          CommandTopic.of(
              "calimero.v1.checkpoint.find",
              SnapshotMessages.FindCheckpoint.class,
              SnapshotMessages.FoundCheckpoint.class,
              LOCAL,
              CALL,
              64);

  /** Reads a part of such a state. Answered by execution, asked by catchup. */
  public static final CommandTopic<SnapshotMessages.ReadState, SnapshotMessages.StatePart>
      STATE_READ =
          CommandTopic.of(
              "calimero.v1.state.read",
              SnapshotMessages.ReadState.class,
              SnapshotMessages.StatePart.class,
              LOCAL,
              CALL,
              64);

  /** Begins to take a state from another node. Answered by execution, asked by catchup. */
  public static final CommandTopic<SnapshotMessages.BeginImport, SnapshotMessages.Imported>
      IMPORT_BEGIN =
          CommandTopic.of(
              "calimero.v1.state.import-begin",
              SnapshotMessages.BeginImport.class,
              SnapshotMessages.Imported.class,
              LOCAL,
              LONG,
              16);

  /** Takes a part of it. Answered by execution, asked by catchup. Not to be repeated. */
  public static final CommandTopic<SnapshotMessages.ImportPart, SnapshotMessages.Imported>
      IMPORT_PART =
          CommandTopic.of(
              "calimero.v1.state.import-part",
              SnapshotMessages.ImportPart.class,
              SnapshotMessages.Imported.class,
              LOCAL,
              CALL,
              64);

  /** Makes a snapshot of it. Answered by execution, asked by catchup. */
  public static final CommandTopic<SnapshotMessages.FinishImport, SnapshotMessages.Imported>
      IMPORT_FINISH =
          CommandTopic.of(
              "calimero.v1.state.import-finish",
              SnapshotMessages.FinishImport.class,
              SnapshotMessages.Imported.class,
              LOCAL,
              LONG,
              16);

  /** Proves a checkpoint. Answered by context, asked by catchup. */
  public static final CommandTopic<SnapshotMessages.GetBase, SnapshotMessages.Base> BASE_GET =
      CommandTopic.of(
          "calimero.v1.base.get",
          SnapshotMessages.GetBase.class,
          SnapshotMessages.Base.class,
          LOCAL,
          CALL,
          64);

  /** Lets a log begin with a checkpoint. Answered by context, asked by catchup. */
  public static final CommandTopic<SnapshotMessages.InstallBase, ContextMessages.Applied>
      BASE_INSTALL =
          CommandTopic.of(
              "calimero.v1.base.install",
              SnapshotMessages.InstallBase.class,
              ContextMessages.Applied.class,
              LOCAL,
              CALL,
              64);

  /** Tells where a log begins. Answered by context. */
  public static final CommandTopic<SnapshotMessages.GetBeginning, SnapshotMessages.Beginning>
      LOG_BEGINNING =
          CommandTopic.of(
              "calimero.v1.log.beginning",
              SnapshotMessages.GetBeginning.class,
              SnapshotMessages.Beginning.class,
              CLUSTER,
              SHORT,
              256);

  /** Tells how far a context is in having what others have. Answered by catchup. */
  public static final CommandTopic<CatchupMessages.GetSync, CatchupMessages.Sync> SYNC_STATUS =
      CommandTopic.of(
          "calimero.v1.context.sync-status",
          CatchupMessages.GetSync.class,
          CatchupMessages.Sync.class,
          CLUSTER,
          SHORT,
          256);

  /** Asks other members for what is new in a context. Answered by catchup, at once. */
  public static final CommandTopic<CatchupMessages.StartSync, CatchupMessages.Sync> SYNC_START =
      CommandTopic.of(
          "calimero.v1.context.sync-start",
          CatchupMessages.StartSync.class,
          CatchupMessages.Sync.class,
          CLUSTER,
          SHORT,
          64);

  /** Has a transaction ordered elsewhere. Answered by catchup, asked by context. */
  public static final CommandTopic<CatchupMessages.Submit, ExecutionMessages.Answer>
      TRANSACTION_SUBMIT =
          CommandTopic.of(
              "calimero.v1.transaction.submit",
              CatchupMessages.Submit.class,
              ExecutionMessages.Answer.class,
              LOCAL,
              CALL,
              4096);

  /** Has a change ordered elsewhere. Answered by catchup, asked by context. */
  public static final CommandTopic<CatchupMessages.Change, CatchupMessages.Done> CHANGE_SUBMIT =
      CommandTopic.of(
          "calimero.v1.change.submit",
          CatchupMessages.Change.class,
          CatchupMessages.Done.class,
          LOCAL,
          CALL,
          256);

  /** Gets the members of a context. Answered by context. */
  public static final CommandTopic<MembershipMessages.GetMembers, MembershipMessages.Members>
      CONTEXT_MEMBERS =
          CommandTopic.of(
              "calimero.v1.context.members",
              MembershipMessages.GetMembers.class,
              MembershipMessages.Members.class,
              CLUSTER,
              SHORT,
              256);

  /**
   * Changes a context by an entry of its log. Answered by context, when it is on the coordinator's
   * disk.
   */
  public static final CommandTopic<MembershipMessages.Alter, MembershipMessages.Altered>
      CONTEXT_ALTER =
          CommandTopic.of(
              "calimero.v1.context.alter",
              MembershipMessages.Alter.class,
              MembershipMessages.Altered.class,
              CLUSTER,
              CALL,
              64);

  /** Leaves a context. Answered by context. */
  public static final CommandTopic<MembershipMessages.Leave, MembershipMessages.Left>
      CONTEXT_LEAVE =
          CommandTopic.of(
              "calimero.v1.context.leave",
              MembershipMessages.Leave.class,
              MembershipMessages.Left.class,
              CLUSTER,
              CALL,
              16);

  /** Makes an open invitation. Each makes another. Answered by context. */
  public static final CommandTopic<MembershipMessages.InviteOpenly, ContextMessages.Invited>
      CONTEXT_OPEN =
          CommandTopic.of(
              "calimero.v1.context.open",
              MembershipMessages.InviteOpenly.class,
              ContextMessages.Invited.class,
              CLUSTER,
              CALL,
              64);

  /** Repairs a context that has diverged. Answered by context. */
  public static final CommandTopic<MembershipMessages.Repair, MembershipMessages.Repaired>
      CONTEXT_REPAIR =
          CommandTopic.of(
              "calimero.v1.context.repair",
              MembershipMessages.Repair.class,
              MembershipMessages.Repaired.class,
              CLUSTER,
              LONG,
              4);

  /**
   * Reads a module that a context runs or ran. Answered by context, asked by catchup for members.
   */
  public static final CommandTopic<MembershipMessages.ReadContextModule, ApplicationMessages.Module>
      CONTEXT_MODULE_READ =
          CommandTopic.of(
              "calimero.v1.context.module.read",
              MembershipMessages.ReadContextModule.class,
              ApplicationMessages.Module.class,
              LOCAL,
              CALL,
              64);

  /** Tells of which chunks a module of a context consists. Answered by context. */
  public static final CommandTopic<ModuleMessages.GetOutline, ModuleMessages.Outline>
      MODULE_OUTLINE =
          CommandTopic.of(
              "calimero.v1.context.module.outline",
              ModuleMessages.GetOutline.class,
              ModuleMessages.Outline.class,
              LOCAL,
              CALL,
              64);

  /** Reads a part of a module of a context. Answered by context, asked by catchup. */
  public static final CommandTopic<ModuleMessages.ReadPart, ApplicationMessages.Module>
      MODULE_PART =
          CommandTopic.of(
              "calimero.v1.context.module.part",
              ModuleMessages.ReadPart.class,
              ApplicationMessages.Module.class,
              LOCAL,
              CALL,
              64);

  /** Begins to gather a module from others. Answered by context, asked by catchup. */
  public static final CommandTopic<ModuleMessages.Gather, ModuleMessages.Gathering> MODULE_GATHER =
      CommandTopic.of(
          "calimero.v1.module.gather",
          ModuleMessages.Gather.class,
          ModuleMessages.Gathering.class,
          LOCAL,
          LONG,
          16);

  /** Keeps a chunk of such a module. Answered by context, asked by catchup. */
  public static final CommandTopic<ModuleMessages.AddChunk, ModuleMessages.Done> MODULE_CHUNK =
      CommandTopic.of(
          "calimero.v1.module.chunk",
          ModuleMessages.AddChunk.class,
          ModuleMessages.Done.class,
          LOCAL,
          CALL,
          64);

  /** Installs what was gathered. Answered by context, asked by catchup. */
  public static final CommandTopic<ModuleMessages.EndGathering, ModuleMessages.Done>
      MODULE_GATHERED =
          CommandTopic.of(
              "calimero.v1.module.gathered",
              ModuleMessages.EndGathering.class,
              ModuleMessages.Done.class,
              LOCAL,
              LONG,
              16);

  /** Executes a log once more. Answered by execution, asked by context. */
  public static final CommandTopic<MembershipMessages.Reexecute, MembershipMessages.Reexecuted>
      CONTEXT_REEXECUTE =
          CommandTopic.of(
              "calimero.v1.context.reexecute",
              MembershipMessages.Reexecute.class,
              MembershipMessages.Reexecuted.class,
              LOCAL,
              LONG,
              4);

  /** Runs the {@code migrate} of a new application. Answered by execution, asked by context. */
  public static final CommandTopic<ExecutionMessages.Migrate, ExecutionMessages.Executed>
      MIGRATION_EXECUTE =
          CommandTopic.of(
              "calimero.v1.migration.execute",
              ExecutionMessages.Migrate.class,
              ExecutionMessages.Executed.class,
              LOCAL,
              CALL,
              64);

  /** Compares a log with the coordinator's. Answered by catchup, asked by context. */
  public static final CommandTopic<MembershipMessages.Compare, MembershipMessages.Compared>
      CONTEXT_COMPARE =
          CommandTopic.of(
              "calimero.v1.context.compare",
              MembershipMessages.Compare.class,
              MembershipMessages.Compared.class,
              LOCAL,
              CALL,
              4);

  /** Whether a member's node was met. Answered by catchup, asked by context. */
  public static final CommandTopic<MembershipMessages.HasMet, MembershipMessages.Met>
      CONTEXT_HAS_MET =
          CommandTopic.of(
              "calimero.v1.context.has-met",
              MembershipMessages.HasMet.class,
              MembershipMessages.Met.class,
              LOCAL,
              SHORT,
              64);

  /**
   * Has an open invitation honoured by a member elsewhere. Answered by catchup, asked by context.
   */
  public static final CommandTopic<MembershipMessages.Knock, CatchupMessages.Done> CONTEXT_KNOCK =
      CommandTopic.of(
          "calimero.v1.context.knock",
          MembershipMessages.Knock.class,
          CatchupMessages.Done.class,
          LOCAL,
          CALL,
          16);

  /** Encrypts a message for members. Answered by context, asked by catchup. */
  public static final CommandTopic<KeyMessages.Seal, KeyMessages.Sealed> ENVELOPE_SEAL =
      CommandTopic.of(
          "calimero.v1.envelope.seal",
          KeyMessages.Seal.class,
          KeyMessages.Sealed.class,
          LOCAL,
          SHORT,
          4096);

  /** Decrypts a message. Answered by context, asked by catchup. The second time it is repeated. */
  public static final CommandTopic<KeyMessages.Open, KeyMessages.Opened> ENVELOPE_OPEN =
      CommandTopic.of(
          "calimero.v1.envelope.open",
          KeyMessages.Open.class,
          KeyMessages.Opened.class,
          LOCAL,
          SHORT,
          1024);

  /** Hands the keys of an epoch to a member. Answered by context, asked by catchup. */
  public static final CommandTopic<KeyMessages.GiveKeys, KeyMessages.GivenKeys> KEYS_GIVE =
      CommandTopic.of(
          "calimero.v1.keys.give",
          KeyMessages.GiveKeys.class,
          KeyMessages.GivenKeys.class,
          LOCAL,
          SHORT,
          256);

  /** Keeps the keys of an epoch. Answered by context, asked by catchup. */
  public static final CommandTopic<KeyMessages.TakeKeys, KeyMessages.KeysTaken> KEYS_TAKE =
      CommandTopic.of(
          "calimero.v1.keys.take",
          KeyMessages.TakeKeys.class,
          KeyMessages.KeysTaken.class,
          LOCAL,
          SHORT,
          256);

  /** Connects to a peer. Answered by network. */
  public static final CommandTopic<NetworkMessages.Dial, NetworkMessages.Dialled> PEER_DIAL =
      CommandTopic.of(
          "calimero.v1.peer.dial",
          NetworkMessages.Dial.class,
          NetworkMessages.Dialled.class,
          CLUSTER,
          CALL,
          64);

  /** Lists the connected peers. Answered by network. */
  public static final CommandTopic<NetworkMessages.ListPeers, NetworkMessages.Peers> PEER_LIST =
      CommandTopic.of(
          "calimero.v1.peer.list",
          NetworkMessages.ListPeers.class,
          NetworkMessages.Peers.class,
          CLUSTER,
          SHORT,
          64);

  /** Changes what is thought of a peer. Answered by network. */
  public static final CommandTopic<NetworkMessages.Esteem, NetworkMessages.Done> PEER_ESTEEM =
      CommandTopic.of(
          "calimero.v1.peer.esteem",
          NetworkMessages.Esteem.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          1024);

  /** Tells of the network as a whole. Answered by network. */
  public static final CommandTopic<NetworkMessages.GetStatus, NetworkMessages.Status>
      NETWORK_STATUS =
          CommandTopic.of(
              "calimero.v1.network.status",
              NetworkMessages.GetStatus.class,
              NetworkMessages.Status.class,
              CLUSTER,
              SHORT,
              64);

  /** Tells who takes a topic. Answered by network. */
  public static final CommandTopic<NetworkMessages.GetMesh, NetworkMessages.Mesh> GOSSIP_MESH =
      CommandTopic.of(
          "calimero.v1.gossip.mesh",
          NetworkMessages.GetMesh.class,
          NetworkMessages.Mesh.class,
          CLUSTER,
          SHORT,
          256);

  /** Takes the messages of a topic. Answered by network. */
  public static final CommandTopic<NetworkMessages.Subscribe, NetworkMessages.Done>
      GOSSIP_SUBSCRIBE =
          CommandTopic.of(
              "calimero.v1.gossip.subscribe",
              NetworkMessages.Subscribe.class,
              NetworkMessages.Done.class,
              LOCAL,
              SHORT,
              4096);

  /** Takes the messages of a topic no longer. Answered by network. */
  public static final CommandTopic<NetworkMessages.Unsubscribe, NetworkMessages.Done>
      GOSSIP_UNSUBSCRIBE =
          CommandTopic.of(
              "calimero.v1.gossip.unsubscribe",
              NetworkMessages.Unsubscribe.class,
              NetworkMessages.Done.class,
              LOCAL,
              SHORT,
              4096);

  /** Sends a message to a topic. Answered by network. A repetition is another message. */
  public static final CommandTopic<NetworkMessages.Publish, NetworkMessages.Published>
      GOSSIP_PUBLISH =
          CommandTopic.of(
              "calimero.v1.gossip.publish",
              NetworkMessages.Publish.class,
              NetworkMessages.Published.class,
              LOCAL,
              SHORT,
              1024);

  /** Judges a message. Answered by network. */
  public static final CommandTopic<NetworkMessages.Judge, NetworkMessages.Done> GOSSIP_JUDGE =
      CommandTopic.of(
          "calimero.v1.gossip.judge",
          NetworkMessages.Judge.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          4096);

  /** Serves a protocol. Answered by network. */
  public static final CommandTopic<NetworkMessages.Serve, NetworkMessages.Done> STREAM_SERVE =
      CommandTopic.of(
          "calimero.v1.stream.serve",
          NetworkMessages.Serve.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          64);

  /** Opens a stream. Answered by network. A repetition opens another one. */
  public static final CommandTopic<NetworkMessages.OpenStream, NetworkMessages.OpenedStream>
      STREAM_OPEN =
          CommandTopic.of(
              "calimero.v1.stream.open",
              NetworkMessages.OpenStream.class,
              NetworkMessages.OpenedStream.class,
              LOCAL,
              CALL,
              256);

  /** Sends a frame. Answered by network. A repetition sends it again. */
  public static final CommandTopic<NetworkMessages.Send, NetworkMessages.Done> STREAM_SEND =
      CommandTopic.of(
          "calimero.v1.stream.send",
          NetworkMessages.Send.class,
          NetworkMessages.Done.class,
          LOCAL,
          CALL,
          4096);

  /** Takes a frame. Answered by network. A repetition takes the next one. */
  public static final CommandTopic<NetworkMessages.Receive, NetworkMessages.Received>
      STREAM_RECEIVE =
          CommandTopic.of(
              "calimero.v1.stream.receive",
              NetworkMessages.Receive.class,
              NetworkMessages.Received.class,
              LOCAL,
              CALL,
              4096);

  /** Ends a stream. Answered by network. */
  public static final CommandTopic<NetworkMessages.CloseStream, NetworkMessages.Done> STREAM_CLOSE =
      CommandTopic.of(
          "calimero.v1.stream.close",
          NetworkMessages.CloseStream.class,
          NetworkMessages.Done.class,
          LOCAL,
          SHORT,
          4096);

  /** Tells what became of a transaction. Answered by context. */
  public static final CommandTopic<TransactionMessages.GetTransaction, TransactionMessages.Fate>
      TRANSACTION_GET =
          CommandTopic.of(
              "calimero.v1.transaction.get",
              TransactionMessages.GetTransaction.class,
              TransactionMessages.Fate.class,
              CLUSTER,
              SHORT,
              256);

  /** A context was created and is on disk. Published by context. */
  public static final EventTopic<ContextMessages.Created> CONTEXT_CREATED =
      EventTopic.of("calimero.v1.context.created", ContextMessages.Created.class, CLUSTER);

  /** A context is gone from this node. Published by context. */
  public static final EventTopic<ContextMessages.Gone> CONTEXT_GONE =
      EventTopic.of("calimero.v1.context.gone", ContextMessages.Gone.class, CLUSTER);

  /** Entries are on disk. Published by context before anyone is answered. */
  public static final EventTopic<ContextMessages.Committed> COMMITTED =
      EventTopic.of("calimero.v1.context.committed", ContextMessages.Committed.class, LOCAL);

  /** A transaction is on disk and its state can be read. Published by execution. */
  public static final EventTopic<ExecutionMessages.TransactionExecuted> TRANSACTION_EXECUTED =
      EventTopic.of(
          "calimero.v1.transaction.executed", ExecutionMessages.TransactionExecuted.class, CLUSTER);

  /** What a call asked for beyond its context was done, or not. Published by context. */
  public static final EventTopic<ContextMessages.FollowedUp> FOLLOWED_UP =
      EventTopic.of("calimero.v1.context.followed-up", ContextMessages.FollowedUp.class, CLUSTER);

  /** A context has diverged, and is stopped on this node. Published by context. */
  public static final EventTopic<MembershipMessages.Diverged> CONTEXT_DIVERGED =
      EventTopic.of("calimero.v1.context.diverged", MembershipMessages.Diverged.class, CLUSTER);

  /** A caller was told that its transaction waits for the coordinator. Published by context. */
  public static final EventTopic<TransactionMessages.TransactionPending> TRANSACTION_PENDING =
      EventTopic.of(
          "calimero.v1.transaction.pending", TransactionMessages.TransactionPending.class, CLUSTER);

  /** A pending transaction was rejected. Published by context. */
  public static final EventTopic<TransactionMessages.TransactionRejected> TRANSACTION_REJECTED =
      EventTopic.of(
          "calimero.v1.transaction.rejected",
          TransactionMessages.TransactionRejected.class,
          CLUSTER);

  /** A pending transaction was given up. Published by context. */
  public static final EventTopic<TransactionMessages.TransactionExpired> TRANSACTION_EXPIRED =
      EventTopic.of(
          "calimero.v1.transaction.expired", TransactionMessages.TransactionExpired.class, CLUSTER);

  /** The log of a context begins with a checkpoint from now on. Published by context. */
  public static final EventTopic<SnapshotMessages.Rebased> REBASED =
      EventTopic.of("calimero.v1.context.rebased", SnapshotMessages.Rebased.class, CLUSTER);

  /** How far a context is in having what others have. Published by catchup. */
  public static final EventTopic<CatchupMessages.Sync> SYNC_PROGRESSED =
      EventTopic.of("calimero.v1.sync.progressed", CatchupMessages.Sync.class, CLUSTER);

  /** A peer has connected. Published by network. */
  public static final EventTopic<NetworkMessages.PeerJoined> PEER_JOINED =
      EventTopic.of("calimero.v1.peer.joined", NetworkMessages.PeerJoined.class, CLUSTER);

  /** The last connection to a peer has ended. Published by network. */
  public static final EventTopic<NetworkMessages.PeerLeft> PEER_LEFT =
      EventTopic.of("calimero.v1.peer.left", NetworkMessages.PeerLeft.class, CLUSTER);

  /** Where this node listens has changed. Published by network. */
  public static final EventTopic<NetworkMessages.Listening> LISTENING =
      EventTopic.of("calimero.v1.network.listening", NetworkMessages.Listening.class, CLUSTER);

  /** A message of a topic has come, and waits for its judgement. Published by network. */
  public static final EventTopic<NetworkMessages.Gossip> GOSSIP_RECEIVED =
      EventTopic.of("calimero.v1.gossip.received", NetworkMessages.Gossip.class, LOCAL);

  /** A peer has opened a stream for a protocol that is served. Published by network. */
  public static final EventTopic<NetworkMessages.OpenedStream> STREAM_OPENED =
      EventTopic.of("calimero.v1.stream.opened", NetworkMessages.OpenedStream.class, LOCAL);

  /** A node of the cluster is there, or stops. Published by its JVM, several times a second. */
  public static final EventTopic<NodeMessages.Alive> NODE_ALIVE =
      EventTopic.of("calimero.v1.node.alive", NodeMessages.Alive.class, CLUSTER);

  /** Somebody wants to know which nodes there are, at once. Published by any JVM. */
  public static final EventTopic<NodeMessages.WhoIsThere> NODE_WANTED =
      EventTopic.of("calimero.v1.node.wanted", NodeMessages.WhoIsThere.class, CLUSTER);

  private Topics() {}

  /** All commands. */
  public static List<CommandTopic<?, ?>> commands() {
    return List.of(
        APPLICATION_INSTALL,
        APPLICATION_LIST,
        APPLICATION_GET,
        APPLICATION_REMOVE,
        MODULE_READ,
        MODULE_CHECK,
        MODULE_DESCRIBE,
        APPLICATION_ABI,
        BLOB_READ,
        BLOB_WRITE,
        CONTEXT_CREATE,
        CONTEXT_LIST,
        CONTEXT_GET,
        CONTEXT_REMOVE,
        IDENTITY_CREATE,
        LOG_READ,
        SUBMIT,
        QUERY,
        TRANSACTIONS_EXECUTE,
        TRANSACTION_ATTEST,
        CONTEXT_INITIALIZE,
        STATE_GET,
        ENGINE_GET,
        METRICS_READ,
        CONTEXT_INVITE,
        CONTEXT_JOIN,
        ENTRIES_APPLY,
        MEMBERSHIP_PROVE,
        TRANSACTION_ORDER,
        CHANGE_ORDER,
        APPLICATION_RECEIVE,
        ENTRIES_REPLAY,
        CONTEXT_FETCH,
        CHECKPOINT_TAKE,
        CHECKPOINT_FIND,
        STATE_READ,
        IMPORT_BEGIN,
        IMPORT_PART,
        IMPORT_FINISH,
        BASE_GET,
        BASE_INSTALL,
        LOG_BEGINNING,
        SYNC_STATUS,
        SYNC_START,
        TRANSACTION_SUBMIT,
        TRANSACTION_GET,
        CHANGE_SUBMIT,
        CONTEXT_MEMBERS,
        CONTEXT_ALTER,
        CONTEXT_LEAVE,
        CONTEXT_OPEN,
        CONTEXT_REPAIR,
        CONTEXT_MODULE_READ,
        MODULE_OUTLINE,
        MODULE_PART,
        MODULE_GATHER,
        MODULE_CHUNK,
        MODULE_GATHERED,
        CONTEXT_REEXECUTE,
        MIGRATION_EXECUTE,
        CONTEXT_COMPARE,
        CONTEXT_KNOCK,
        CONTEXT_HAS_MET,
        ENVELOPE_SEAL,
        ENVELOPE_OPEN,
        KEYS_GIVE,
        KEYS_TAKE,
        PEER_DIAL,
        PEER_LIST,
        PEER_ESTEEM,
        NETWORK_STATUS,
        GOSSIP_MESH,
        GOSSIP_SUBSCRIBE,
        GOSSIP_UNSUBSCRIBE,
        GOSSIP_PUBLISH,
        GOSSIP_JUDGE,
        STREAM_SERVE,
        STREAM_OPEN,
        STREAM_SEND,
        STREAM_RECEIVE,
        STREAM_CLOSE);
  }

  /** All notices. */
  public static List<EventTopic<?>> events() {
    return List.of(
        CONTEXT_CREATED,
        CONTEXT_GONE,
        COMMITTED,
        TRANSACTION_EXECUTED,
        FOLLOWED_UP,
        CONTEXT_DIVERGED,
        TRANSACTION_PENDING,
        TRANSACTION_REJECTED,
        TRANSACTION_EXPIRED,
        REBASED,
        SYNC_PROGRESSED,
        PEER_JOINED,
        PEER_LEFT,
        LISTENING,
        GOSSIP_RECEIVED,
        STREAM_OPENED,
        NODE_ALIVE,
        NODE_WANTED);
  }
}
