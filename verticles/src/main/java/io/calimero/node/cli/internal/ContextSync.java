// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context sync}. */
@Command(
    name = "sync",
    description = {
      "Fetch what other members have, and show how far it is until all is here.",
      "A node does this by itself; Control-C ends the showing, not the fetching.",
      "With --json: ask others now, and print how far it is, once."
    })
final class ContextSync extends ClientCommand {
  @Parameters(
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  ContextSync(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final String id = Ids.context(node, context);
    final Answer answer = node.post("contexts/sync/" + id, "");
    if (json()) {
      console().result(answer.body());
      return;
    }
    final boolean _ = SyncFollower.follow(workplace(), node, id);
  }
}
