// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;

/** Why a context takes no more entries on this node. */
sealed interface Stop {
  /** Its log is damaged from some position on. */
  record Damaged(String what) implements Stop {}

  /** Its log, or what executing it gave, is another one than its coordinator's. */
  record Diverged(String what) implements Stop {}

  /** Its members of this node have left it, and the log was kept. */
  record Left() implements Stop {}

  /** For people. */
  default String text() {
    return switch (this) {
      case Damaged damaged -> damaged.what;
      case Diverged diverged -> "diverged: " + diverged.what;
      case Left _ -> "left: its members of this node have left it";
    };
  }

  /** What whoever wants to write is told. */
  default Problem problem(final ContextId context) {
    return switch (this) {
      case Damaged damaged ->
          Problem.of(
              Code.CONTEXT_DAMAGED,
              "the context refuses writes because its log is damaged: " + damaged.what,
              context.hash());
      case Diverged diverged ->
          Problem.of(
              Code.CONTEXT_DIVERGED,
              "the context takes no more entries and no writes, because it has diverged: "
                  + diverged.what,
              context.hash());
      case Left _ ->
          Problem.of(
              Code.UNAUTHORIZED, "the members of this node have left the context", context.hash());
    };
  }
}
