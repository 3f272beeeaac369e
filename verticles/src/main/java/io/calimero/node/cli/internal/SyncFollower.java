// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Progress;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Shows how a context fetches what other members have, until all is here. */
final class SyncFollower {
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Workplace workplace;
  private final Client node;
  private final String context;
  private final AtomicBoolean ended = new AtomicBoolean();

  private SyncFollower(final Workplace workplace, final Client node, final String context) {
    this.workplace = workplace;
    this.node = node;
    this.context = context;
  }

  /**
   * Returns when all is here that other members told of, or when the person has seen enough.
   *
   * @return whether all is here
   */
  static boolean follow(final Workplace workplace, final Client node, final String context) {
    return new SyncFollower(workplace, node, context).run();
  }

  private boolean run() {
    if (workplace.attachment().isEmpty()) {
      workplace.machine().stopSignals().accept(() -> ended.set(true));
    }
    String phase = "";
    JsonObject sync = ask();
    while (!ended.get() && !Fields.text(sync, "phase").equals("idle")) {
      phase = Fields.text(sync, "phase");
      sync = watch(phase, sync);
    }
    if (ended.get()) {
      return false;
    }
    workplace.console().note("All is here, up to position " + number(sync, "position") + ".");
    return true;
  }

  /** One bar for one phase; what comes after it. */
  private JsonObject watch(final String phase, final JsonObject first) {
    JsonObject sync = first;
    try (Progress progress =
        new Progress(workplace.console(), workplace.machine().clock(), words(phase, first))) {
      while (!ended.get() && Fields.text(sync, "phase").equals(phase)) {
        show(progress, sync);
        workplace.machine().pause().accept(PAUSE);
        sync = ask();
      }
    }
    return sync;
  }

  private static void show(final Progress progress, final JsonObject sync) {
    final long whole = number(sync, "whole");
    if (whole > 0) {
      progress.at(number(sync, "done"), whole);
    } else {
      progress.waiting();
    }
  }

  private static String words(final String phase, final JsonObject sync) {
    return switch (phase) {
      case "application" -> "fetching the application";
      case "transactions" ->
          "fetching entries " + number(sync, "position") + " to " + number(sync, "head");
      case "snapshot" -> "fetching the state (" + number(sync, "whole") + " keys)";
      case "waiting" -> "waiting for another member to be connected";
      case "forked" -> "another member has another history of this context";
      default -> "trying again";
    };
  }

  private JsonObject ask() {
    final JsonObject data = node.get("contexts/" + context + "/sync-status").data();
    final JsonObject sync = Fields.object(data, "calimero_sync");
    if (Fields.text(sync, "phase").equals("forked")) {
      throw Failure.failed(
              "another member has another history of this context: "
                  + Text.oneLine(Fields.text(data, "lastError")))
          .hint("One of the two is wrong. See \"A fork\" in docs/guarantees.md.");
    }
    return sync;
  }

  private static long number(final JsonObject from, final String field) {
    return from.getValue(field) instanceof final Number number ? number.longValue() : 0;
  }
}
