// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static io.calimero.node.events.bus.Scope.CLUSTER;
import static io.calimero.node.events.bus.Scope.LOCAL;
import static io.calimero.node.events.bus.Timeouts.CALL;
import static io.calimero.node.events.bus.Timeouts.LONG;
import static io.calimero.node.events.bus.Timeouts.SHORT;

import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.ExecutionMessages;
import io.calimero.node.events.messages.KeyMessages;
import io.calimero.node.events.messages.MembershipMessages;

/** What catchup does for context, and what is encrypted for members. A part of {@link Topics}. */
sealed interface CatchupTopics permits Topics {
  /** Fetches a context. Answered by catchup, asked by context. */
  CommandTopic<CatchupMessages.Fetch, CatchupMessages.Done> CONTEXT_FETCH =
      CommandTopic.of(
          "calimero.v1.context.fetch",
          CatchupMessages.Fetch.class,
          CatchupMessages.Done.class,
          LOCAL,
          LONG,
          16);

  /** Tells how far a context is in having what others have. Answered by catchup. */
  CommandTopic<CatchupMessages.GetSync, CatchupMessages.Sync> SYNC_STATUS =
      CommandTopic.of(
          "calimero.v1.context.sync-status",
          CatchupMessages.GetSync.class,
          CatchupMessages.Sync.class,
          CLUSTER,
          SHORT,
          256);

  /** Asks other members for what is new in a context. Answered by catchup, at once. */
  CommandTopic<CatchupMessages.StartSync, CatchupMessages.Sync> SYNC_START =
      CommandTopic.of(
          "calimero.v1.context.sync-start",
          CatchupMessages.StartSync.class,
          CatchupMessages.Sync.class,
          CLUSTER,
          SHORT,
          64);

  /** Has a transaction ordered elsewhere. Answered by catchup, asked by context. */
  CommandTopic<CatchupMessages.Submit, ExecutionMessages.Answer> TRANSACTION_SUBMIT =
      CommandTopic.of(
          "calimero.v1.transaction.submit",
          CatchupMessages.Submit.class,
          ExecutionMessages.Answer.class,
          LOCAL,
          CALL,
          4096);

  /** Has a change ordered elsewhere. Answered by catchup, asked by context. */
  CommandTopic<CatchupMessages.Change, CatchupMessages.Done> CHANGE_SUBMIT =
      CommandTopic.of(
          "calimero.v1.change.submit",
          CatchupMessages.Change.class,
          CatchupMessages.Done.class,
          LOCAL,
          CALL,
          256);

  /** Compares a log with the coordinator's. Answered by catchup, asked by context. */
  CommandTopic<MembershipMessages.Compare, MembershipMessages.Compared> CONTEXT_COMPARE =
      CommandTopic.of(
          "calimero.v1.context.compare",
          MembershipMessages.Compare.class,
          MembershipMessages.Compared.class,
          LOCAL,
          CALL,
          4);

  /** Whether a member's node was met. Answered by catchup, asked by context. */
  CommandTopic<MembershipMessages.HasMet, MembershipMessages.Met> CONTEXT_HAS_MET =
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
  CommandTopic<MembershipMessages.Knock, CatchupMessages.Done> CONTEXT_KNOCK =
      CommandTopic.of(
          "calimero.v1.context.knock",
          MembershipMessages.Knock.class,
          CatchupMessages.Done.class,
          LOCAL,
          CALL,
          16);

  /** Encrypts a message for members. Answered by context, asked by catchup. */
  CommandTopic<KeyMessages.Seal, KeyMessages.Sealed> ENVELOPE_SEAL =
      CommandTopic.of(
          "calimero.v1.envelope.seal",
          KeyMessages.Seal.class,
          KeyMessages.Sealed.class,
          LOCAL,
          SHORT,
          4096);

  /** Decrypts a message. Answered by context, asked by catchup. The second time it is repeated. */
  CommandTopic<KeyMessages.Open, KeyMessages.Opened> ENVELOPE_OPEN =
      CommandTopic.of(
          "calimero.v1.envelope.open",
          KeyMessages.Open.class,
          KeyMessages.Opened.class,
          LOCAL,
          SHORT,
          1024);

  /** Hands the keys of an epoch to a member. Answered by context, asked by catchup. */
  CommandTopic<KeyMessages.GiveKeys, KeyMessages.GivenKeys> KEYS_GIVE =
      CommandTopic.of(
          "calimero.v1.keys.give",
          KeyMessages.GiveKeys.class,
          KeyMessages.GivenKeys.class,
          LOCAL,
          SHORT,
          256);

  /** Keeps the keys of an epoch. Answered by context, asked by catchup. */
  CommandTopic<KeyMessages.TakeKeys, KeyMessages.KeysTaken> KEYS_TAKE =
      CommandTopic.of(
          "calimero.v1.keys.take",
          KeyMessages.TakeKeys.class,
          KeyMessages.KeysTaken.class,
          LOCAL,
          SHORT,
          256);

  /** How far a context is in having what others have. Published by catchup. */
  EventTopic<CatchupMessages.Sync> SYNC_PROGRESSED =
      EventTopic.of("calimero.v1.sync.progressed", CatchupMessages.Sync.class, CLUSTER);
}
