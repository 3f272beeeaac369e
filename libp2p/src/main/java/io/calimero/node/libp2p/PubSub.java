// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Messages to everybody who subscribed to a topic. Delivery is likely, not certain, and in no
 * order; a message comes once as long as it is remembered (two minutes by default). Every message
 * is signed by its author, and one that is not is dropped and held against whoever passed it on.
 * Safe for use by several threads; no method blocks.
 */
public interface PubSub {
  /**
   * Takes the messages of {@code topic} from now on, in place of any handler before.
   *
   * @param handler is called on the router's thread, which must not be held up
   * @return completes when peers are being told
   */
  CompletableFuture<Void> subscribe(String topic, MessageHandler handler);

  /** Takes the messages of {@code topic} no longer. */
  CompletableFuture<Void> unsubscribe(String topic);

  /**
   * Asks {@code validator} about each message of {@code topic} before it is delivered and passed
   * on; without one every well-signed message is.
   */
  void validate(String topic, MessageValidator validator);

  /**
   * Sends {@code data} to the subscribers of {@code topic}, not to this host itself.
   *
   * @return to how many peers it was handed, which may be none. It fails with {@link
   *     LimitException} if the message is too large
   */
  CompletableFuture<Integer> publish(String topic, byte[] data);

  /** The topics subscribed to here. */
  CompletableFuture<List<String>> topics();

  /** The peers that are known to subscribe to {@code topic}. */
  CompletableFuture<List<PeerId>> subscribers(String topic);

  /** The peers with which messages of {@code topic} are exchanged in full. */
  CompletableFuture<List<PeerId>> mesh(String topic);

  /** The score of {@code peer}; 0 for one that is not known. */
  CompletableFuture<Double> score(PeerId peer);

  /** Adds to the part of the score of {@code peer} that the application has a say in. */
  void adjustScore(PeerId peer, double by);

  /** Leaves every topic and gives back the thread. Idempotent. */
  CompletableFuture<Void> stop();

  /** Takes messages. */
  @FunctionalInterface
  interface MessageHandler {
    /** Takes a message that was found valid. */
    void handle(PubSubMessage message);
  }

  /** Judges messages. */
  @FunctionalInterface
  interface MessageValidator {
    /**
     * Judges a message whose signature holds; called on the router's thread, which must not be held
     * up. A future that fails, or takes longer than allowed, counts as {@link Validation#IGNORE}.
     */
    CompletableFuture<Validation> validate(PubSubMessage message);
  }

  /** What a validator says. */
  enum Validation {
    /** Deliver it and pass it on. */
    ACCEPT,
    /** Drop it, and think no worse of whoever sent it. */
    IGNORE,
    /** Drop it, and hold it against whoever sent it. */
    REJECT
  }
}
