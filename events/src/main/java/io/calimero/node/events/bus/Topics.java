// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import java.util.List;

/**
 * Every topic of the node: the one place that says who answers what, and how far it may travel.
 *
 * <p>Commands can be repeated safely where their documentation does not say otherwise.
 *
 * <p>They stand in catalogues by what they are about; this is the name of them all.
 */
public final class Topics
    implements ApplicationTopics,
        ModuleTopics,
        BlobTopics,
        ContextTopics,
        GoverningTopics,
        TransactionTopics,
        CatchupTopics,
        CheckpointTopics,
        NetworkTopics,
        NodeTopics {
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
        BLOB_FIND,
        BLOB_LIST,
        BLOB_REMOVE,
        BLOB_KEEP,
        BLOB_FETCH,
        BLOB_GATHER,
        BLOB_GATHERED,
        CONTEXT_CREATE,
        CONTEXT_LIST,
        CONTEXT_GET,
        CONTEXT_LIMITS,
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
