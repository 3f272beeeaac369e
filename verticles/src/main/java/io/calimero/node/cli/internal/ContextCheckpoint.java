// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Table;
import io.calimero.node.cli.internal.terminal.Table.Pair;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context checkpoint}. */
@Command(
    name = "checkpoint",
    description = {
      "Vouch for the state of a context as it is, on the node that orders it.",
      "Who comes late can then fetch that state instead of executing every entry. It also happens"
          + " by itself, see contexts.checkpoint-entries in the configuration."
    })
final class ContextCheckpoint extends ClientCommand {
  @Parameters(
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  ContextCheckpoint(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final Answer answer = node.post("contexts/" + Ids.context(node, context) + "/checkpoint", "");
    if (json()) {
      console().result(answer.body());
      return;
    }
    Table.printPairs(
        console(),
        List.of(
            new Pair("position", String.valueOf(answer.data().getValue("position"))),
            new Pair("state root", Fields.text(answer.data(), "stateRoot"))));
  }
}
