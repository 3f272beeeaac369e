// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.demo.ChildNode;
import io.calimero.node.cli.internal.demo.Standing;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.LiveTable;
import io.calimero.node.cli.internal.terminal.Progress;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What {@code demo cluster} shows, step by step. Each step fails with the reason if it does not
 * work.
 */
final class ClusterShow {
  private static final int WRITES_EACH = 10;
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Workplace workplace;
  private final Console console;
  private final List<ChildNode> nodes;
  private final Path module;
  private final int writes;
  private final BooleanSupplier asked;
  private String context = "";

  ClusterShow(
      final Workplace workplace,
      final List<ChildNode> nodes,
      final Path module,
      final int writes,
      final BooleanSupplier asked) {
    this.workplace = workplace;
    console = workplace.console();
    this.nodes = nodes;
    this.module = module;
    this.writes = writes;
    this.asked = asked;
  }

  void run() {
    startAll();
    share();
    say("Each of them writes " + WRITES_EACH + " values.");
    for (int i = 0; i < WRITES_EACH; i++) {
      for (final ChildNode node : nodes) {
        write(node, node.name() + "-" + i);
      }
    }
    agree();
    catchUp();
    final Standing end = agree();
    say("All three have position " + end.position() + " and state root " + end.root() + ".");
  }

  private void startAll() {
    for (final ChildNode node : nodes) {
      node.start();
      say(node.name() + " is process " + node.pid() + ", with the home " + node.home() + ".");
    }
    try (Progress progress = progress("starting")) {
      nodes.forEach(node -> node.await(time -> wait(time, progress)));
    }
    nodes.forEach(
        node -> say(node.name() + " answers at " + node.client().endpoint().base() + "."));
  }

  /** One node makes the context; the others are invited and join. */
  private void share() {
    final Client first = nodes.getFirst().client();
    final String application =
        AppInstall.installFile(first, module, "kv-store").text("applicationId");
    context =
        ContextCreate.create(first, application, "{}", Optional.empty(), Optional.empty())
            .text("contextId");
    say("node1 has created the context " + context + " of the key-value store.");
    for (final ChildNode node : nodes.subList(1, nodes.size())) {
      final String identity = node.client().post("identity/context", "").text("publicKey");
      final String invitation =
          first
              .post(
                  "contexts/invite",
                  new JsonObject()
                      .put("contextId", context)
                      .put("inviterId", ContextInvite.own(first, context))
                      .put("inviteeId", identity)
                      .encode())
              .text();
      node.client()
          .post("contexts/join", new JsonObject().put("invitationPayload", invitation).encode());
      say(node.name() + " has been invited, and has joined.");
    }
  }

  private void write(final ChildNode node, final String key) {
    if (asked.getAsBoolean()) {
      throw Failure.failed("asked to stop");
    }
    node.client()
        .rpc(
            "execute",
            new JsonObject()
                .put("contextId", context)
                .put("method", "set")
                .put("argsJson", new JsonObject().put("key", key).put("value", node.name()))
                .encode());
  }

  /** Stops the last node, writes on, and starts it again. */
  private void catchUp() {
    final ChildNode away = nodes.getLast();
    away.stop();
    say(away.name() + " is stopped. The others write " + writes + " values.");
    try (Progress progress = progress("writing")) {
      for (int i = 0; i < writes; i++) {
        write(nodes.get(i % (nodes.size() - 1)), "meanwhile-" + i);
        progress.at(i + 1, writes);
      }
    }
    final long from = standing(nodes.getFirst()).position() - writes;
    away.start();
    try (Progress progress = progress(away.name() + " starts")) {
      away.await(time -> wait(time, progress));
    }
    final long target = standing(nodes.getFirst()).position();
    final long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (Progress progress =
        Progress.shown(console, workplace.machine().clock(), away.name() + " catches up")) {
      long at = standing(away).position();
      while (at < target) {
        giveUpAt(deadline, away.name() + " did not catch up");
        progress.at(Math.max(0, at - from), target - from);
        workplace.machine().pause().accept(LOOK);
        at = standing(away).position();
      }
      progress.done(away.name() + " has caught up");
    }
    say(away.name() + " is back, and has caught up with " + (target - from) + " entries.");
  }

  /** Shows where all stand until they stand at the same place. */
  private Standing agree() {
    final long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (LiveTable table = new LiveTable(console, "NODE", "POSITION", "ENTRY HASH", "STATE ROOT")) {
      while (true) {
        final List<Standing> standings = new ArrayList<>();
        final List<List<String>> rows = new ArrayList<>();
        for (final ChildNode node : nodes) {
          final Standing standing = standing(node);
          standings.add(standing);
          rows.add(
              List.of(
                  node.name(),
                  Long.toString(standing.position()),
                  standing.head(),
                  standing.root()));
        }
        final boolean same = standings.stream().distinct().count() == 1;
        table.show(rows, same);
        if (same) {
          return standings.getFirst();
        }
        giveUpAt(deadline, "the nodes do not agree");
        workplace.machine().pause().accept(LOOK);
      }
    }
  }

  private Standing standing(final ChildNode node) {
    try {
      final JsonObject data = node.client().get("contexts/" + context).data();
      return new Standing(
          data.getLong("position", 0L),
          data.getString("entryHash", ""),
          ContextGet.stateRoot(data));
    } catch (final Failure e) {
      if (e.code() == ExitCode.REFUSED) {
        return Standing.NONE;
      }
      throw e;
    }
  }

  private void giveUpAt(final long deadline, final String what) {
    if (asked.getAsBoolean()) {
      throw Failure.failed("asked to stop");
    }
    if (System.nanoTime() > deadline) {
      throw Failure.failed(what + " within " + PATIENCE.toSeconds() + " s");
    }
  }

  private void wait(final Duration time, final Progress progress) {
    progress.waiting();
    workplace.machine().pause().accept(time);
  }

  private Progress progress(final String what) {
    return new Progress(console, workplace.machine().clock(), what);
  }

  private void say(final String line) {
    console.result(line);
  }
}
