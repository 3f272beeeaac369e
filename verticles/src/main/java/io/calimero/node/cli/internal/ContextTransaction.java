// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Table;
import io.calimero.node.cli.internal.terminal.Table.Pair;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context transaction}. */
@Command(
    name = "transaction",
    description = {
      "Show what became of a transaction: pending, confirmed, wrote_nothing, rejected, expired, or"
          + " unknown to this node."
    })
final class ContextTransaction extends ClientCommand {
  @Parameters(
      index = "0",
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "The context's identifier, or the beginning of it.")
  private String context = "";

  @Parameters(
      index = "1",
      paramLabel = "HASH",
      description = "The transaction hash, as the answer to a call names it.")
  private String hash = "";

  ContextTransaction(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    if (!Ids.isWhole(hash)) {
      throw Failure.usage("HASH must be a whole transaction hash: 32 bytes in base58");
    }
    final Answer answer =
        node.get("contexts/" + Ids.context(node, context) + "/transactions/" + hash);
    if (json()) {
      console().result(answer.body());
      return;
    }
    final JsonObject shown = answer.data();
    final List<Pair> pairs = new ArrayList<>();
    pairs.add(new Pair("transaction", hash));
    pairs.add(new Pair("status", Text.oneLine(answer.text("status"))));
    add(pairs, shown, "position", "position");
    add(pairs, shown, "entry hash", "entryHash");
    add(pairs, shown, "tries", "tries");
    add(pairs, shown, "problem", "type");
    add(pairs, shown, "reason", "reason");
    addTime(pairs, shown, "since", "since");
    addTime(pairs, shown, "given up at", "until");
    addTime(pairs, shown, "at", "at");
    Table.printPairs(console(), pairs);
  }

  private static void add(
      final List<Pair> pairs, final JsonObject shown, final String name, final String field) {
    final String text = Fields.text(shown, field);
    if (!text.isEmpty()) {
      pairs.add(new Pair(name, Text.oneLine(text)));
    }
  }

  private static void addTime(
      final List<Pair> pairs, final JsonObject shown, final String name, final String field) {
    if (shown.getValue(field) instanceof final Number millis) {
      pairs.add(new Pair(name, Instant.ofEpochMilli(millis.longValue()).toString()));
    }
  }
}
