// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;

/**
 * Sees what becomes of the commands of one JVM, to count and to time them. Called on whatever
 * thread the command is on: an implementation must be thread-safe, quick, and must not throw.
 */
public interface BusObserver {
  /** Sees nothing. */
  BusObserver NONE = new BusObserver() {};

  /** A command has come and is being worked on. */
  default void begun(final CommandTopic<?, ?> topic) {}

  /**
   * Asked once for each command, before {@link #begun}, for somebody who wants to see that one from
   * its beginning to its end.
   */
  default Witness witness(final CommandTopic<?, ?> topic) {
    return Witness.NONE;
  }

  /** Sees one command. */
  interface Witness {
    /** Sees nothing. */
    Witness NONE = new Witness() {};

    /** What is asked, of the topic's type. */
    default void asked(final Object request) {}

    /** It is about to be answered. */
    default void answered(final Object reply) {}

    /** It is about to fail. */
    default void failed(final Problem problem) {}
  }

  /**
   * The command that is being answered on this thread is about this too, which neither request nor
   * reply says.
   */
  default void about(final String what, final String value) {}

  /**
   * A command was answered.
   *
   * @param nanos how long it took since {@link #begun}
   * @param reply the reply, of the topic's type
   */
  default void answered(final CommandTopic<?, ?> topic, final long nanos, final Object reply) {}

  /**
   * A command failed.
   *
   * @param nanos how long it took since {@link #begun}
   */
  default void failed(final CommandTopic<?, ?> topic, final long nanos, final Problem problem) {}

  /** A command was refused as {@code BUSY} before anybody looked at it. */
  default void refused(final CommandTopic<?, ?> topic) {}

  /**
   * A command of this JVM got no answer from whoever should give one: it timed out, or nobody
   * serves it.
   */
  default void unanswered(final CommandTopic<?, ?> topic, final NodeException failure) {}
}
