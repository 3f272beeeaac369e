// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.CALL;
import static io.calimero.node.events.bus.Timeouts.LONG;
import static io.calimero.node.events.bus.Timeouts.SHORT;

import io.calimero.node.events.messages.BlobMessages;

/** Blobs of clients, and blobs that travel between the members of a context. Of {@link Topics}. */
sealed interface BlobTopics permits Topics {
  /** Tells of a blob of this node. Answered by context. */
  CommandTopic<BlobMessages.Find, BlobMessages.Found> BLOB_FIND =
      CommandTopic.of(
          "calimero.v1.blob.find",
          BlobMessages.Find.class,
          BlobMessages.Found.class,
          LOCAL,
          SHORT,
          256);

  /** Lists the blobs of this node. Answered by context. */
  CommandTopic<BlobMessages.ListAll, BlobMessages.All> BLOB_LIST =
      CommandTopic.of(
          "calimero.v1.blob.list",
          BlobMessages.ListAll.class,
          BlobMessages.All.class,
          LOCAL,
          CALL,
          4);

  /** Deletes a blob of this node. Answered by context. */
  CommandTopic<BlobMessages.Remove, BlobMessages.Removed> BLOB_REMOVE =
      CommandTopic.of(
          "calimero.v1.blob.remove",
          BlobMessages.Remove.class,
          BlobMessages.Removed.class,
          LOCAL,
          CALL,
          64);

  /** Ends what a client has uploaded: it is durable, and stays. Answered by context. */
  CommandTopic<BlobMessages.Keep, BlobMessages.Stored> BLOB_KEEP =
      CommandTopic.of(
          "calimero.v1.blob.keep",
          BlobMessages.Keep.class,
          BlobMessages.Stored.class,
          LOCAL,
          CALL,
          64);

  /**
   * Fetches a blob from members of a context, if it is not here. Answered by catchup when it is, or
   * with {@code BLOB_UNAVAILABLE} if nobody in reach has it, or with {@code TIMEOUT} when whoever
   * asks has waited for long enough: it is fetched all the same, and can be asked for again.
   */
  CommandTopic<BlobMessages.Fetch, BlobMessages.Fetched> BLOB_FETCH =
      CommandTopic.of(
          "calimero.v1.blob.fetch",
          BlobMessages.Fetch.class,
          BlobMessages.Fetched.class,
          LOCAL,
          CALL,
          256);

  /** Begins to gather a blob from members, or goes on. Answered by context, asked by catchup. */
  CommandTopic<BlobMessages.Gather, BlobMessages.Gathering> BLOB_GATHER =
      CommandTopic.of(
          "calimero.v1.blob.gather",
          BlobMessages.Gather.class,
          BlobMessages.Gathering.class,
          LOCAL,
          CALL,
          64);

  /** Stores what was gathered. Answered by context, asked by catchup. */
  CommandTopic<BlobMessages.EndGathering, BlobMessages.Fetched> BLOB_GATHERED =
      CommandTopic.of(
          "calimero.v1.blob.gathered",
          BlobMessages.EndGathering.class,
          BlobMessages.Fetched.class,
          LOCAL,
          LONG,
          64);
}
