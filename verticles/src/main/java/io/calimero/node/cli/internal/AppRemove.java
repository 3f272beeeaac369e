// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code app rm}. */
@Command(name = "rm", aliases = "remove", description = "Remove an application.")
final class AppRemove extends ClientCommand {
  @Parameters(
      paramLabel = "APP",
      completionCandidates = Candidates.Applications.class,
      description = "Its identifier, or the beginning of it.")
  private String application = "";

  AppRemove(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final String id = Ids.application(node, application);
    final Answer answer = node.delete("applications/" + id);
    if (json()) {
      console().result(answer.body());
    } else {
      console().note("Removed the application " + id + ".");
    }
  }
}
