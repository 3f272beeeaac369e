// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context rm}. */
@Command(
    name = "rm",
    aliases = "delete",
    description = "Remove a context from this node, with its log and state.")
final class ContextRemove extends ClientCommand {
  @Parameters(
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  ContextRemove(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final String id = Ids.context(node, context);
    final Answer answer = node.delete("contexts/" + id);
    if (json()) {
      console().result(answer.body());
      return;
    }
    if (!Fields.flag(answer.data(), "isDeleted")) {
      throw Failure.of(ExitCode.REFUSED, "the node has no context " + id).answer(answer.body());
    }
    console().note("Removed the context " + id + ".");
  }
}
