// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Table;
import io.calimero.node.cli.internal.terminal.Table.Pair;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context get}. */
@Command(name = "get", description = "Show a context: its head, its state root and its members.")
final class ContextGet extends ClientCommand {
  @Parameters(
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  ContextGet(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final String id = Ids.context(node, context);
    final Answer answer = node.get("contexts/" + id);
    if (json()) {
      console().result(answer.body());
      return;
    }
    final JsonObject data = answer.data();
    final JsonObject shown =
        data.getValue("context") instanceof final JsonObject inner ? inner : data;
    final List<Pair> pairs = new ArrayList<>();
    pairs.add(new Pair("context", id));
    pairs.add(new Pair("application", Fields.text(shown, "applicationId")));
    add(pairs, "position", shown.getValue("position"));
    add(pairs, "entry hash", shown.getValue("entryHash"));
    add(pairs, "epoch", shown.getValue("calimero_epoch"));
    add(pairs, "gas", shown.getValue("calimero_gas"));
    pairs.add(new Pair("state root", stateRoot(shown)));
    add(pairs, "stopped", shown.getValue("calimero_damage"));
    pairs.addAll(members(node, id));
    Table.printPairs(console(), pairs);
  }

  /** The state root, under the name of either generation. */
  static String stateRoot(final JsonObject context) {
    final String root = Fields.text(context, "contextStateHash");
    return root.isEmpty() ? Fields.text(context, "rootHash") : root;
  }

  private static List<Pair> members(final Client node, final String id) {
    final List<String> owned = node.get("contexts/" + id + "/identities-owned").texts("identities");
    final List<Pair> members = new ArrayList<>();
    for (final String member : node.get("contexts/" + id + "/identities").texts("identities")) {
      members.add(new Pair("member", member + (owned.contains(member) ? " (this node's)" : "")));
    }
    return members;
  }

  private static void add(final List<Pair> pairs, final String name, final @Nullable Object value) {
    if (value != null) {
      pairs.add(new Pair(name, value.toString()));
    }
  }
}
