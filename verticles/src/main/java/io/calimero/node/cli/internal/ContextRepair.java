// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context repair}. */
@Command(
    name = "repair",
    description = {
      "Repair a context that has diverged: execute its log once more, compare its end with the"
          + " coordinator's, and let it go on if nothing differs. The log is never changed, and the"
          + " evidence is kept."
    })
final class ContextRepair extends ClientCommand {
  @Parameters(
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  ContextRepair(final Workplace workplace) {
    super(workplace);
  }

  @Override
  String waitingFor() {
    return "executing the log once more";
  }

  @Override
  void run(final Client node) {
    final String id = Ids.context(node, context);
    final Answer answer = node.post("contexts/" + id + "/repair", "{}");
    if (json()) {
      console().result(answer.body());
      return;
    }
    final String finding = Text.oneLine(Fields.text(answer.data(), "finding"));
    if (!Fields.flag(answer.data(), "repaired")) {
      throw Failure.of(ExitCode.REFUSED, "the context is not repaired: " + finding)
          .answer(answer.body());
    }
    console().note("The context goes on: " + finding + ".");
  }
}
