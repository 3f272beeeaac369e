// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Table;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context members}. */
@Command(name = "members", description = "List the members of a context and what they may do.")
final class ContextMembers extends ClientCommand {
  @Parameters(
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  ContextMembers(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final Answer answer = node.get("contexts/" + Ids.context(node, context) + "/members");
    if (json()) {
      console().result(answer.body());
      return;
    }
    final Table table = new Table("MEMBER", "CAPABILITIES", "");
    for (final JsonObject member : answer.objects("members")) {
      final List<String> capabilities = new ArrayList<>();
      Fields.array(member, "capabilities").forEach(each -> capabilities.add(String.valueOf(each)));
      final List<String> notes = new ArrayList<>();
      if (Fields.flag(member, "coordinator")) {
        notes.add("coordinator");
      }
      if (Fields.flag(member, "owned")) {
        notes.add("this node's");
      }
      table.row(
          Fields.text(member, "identity"),
          String.join(", ", capabilities),
          String.join(", ", notes));
    }
    table.print(console());
  }
}
