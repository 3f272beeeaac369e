// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

/** What the nodes of one operator's cluster tell of themselves. */
public final class NodeMessages {
  private NodeMessages() {}

  /**
   * A node is there.
   *
   * @param node its name, which no other node of the cluster has
   * @param incarnation this run of it; a node that is started again has another
   * @param started when this run began, in milliseconds since 1970: of two runs the later counts
   * @param everyMillis how often it tells this; four times as long without is silence
   * @param contexts how many contexts it has
   * @param leaving whether it stops, and this is the last that is heard of it
   */
  public record Alive(
      String node,
      String incarnation,
      long started,
      long everyMillis,
      long contexts,
      boolean leaving) {}

  /** Asks every node to say that it is there. */
  public record WhoIsThere() {}
}
