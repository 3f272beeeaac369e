// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import java.util.Optional;

/** What callers are told of transactions that wait, or wait no more. */
final class Wording {
  private Wording() {}

  static Problem pending(final Item item, final Optional<String> problem) {
    return Problem.of(
        Code.PENDING,
        "transaction "
            + item.hash()
            + " is kept here and will be handed to the coordinator until it is confirmed, rejected"
            + " or too old; not confirmed yet: "
            + problem.orElse("the coordinator has not answered"),
        item.hash());
  }

  static Problem tooOld(final Item item) {
    return Problem.of(
        Code.TIMEOUT,
        "transaction " + item.hash() + " was not confirmed in time; it may still be done",
        item.hash());
  }

  static String lost(final Item item, final Problem problem) {
    return "whether transaction "
        + item.hash()
        + " was ordered can be told neither by the coordinator nor by this node, whose logs begin"
        + " later: it is not handed over again ("
        + problem.message()
        + ")";
  }
}
