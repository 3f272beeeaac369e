// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context update}. */
@Command(
    name = "update",
    description = {
      "Change the application of a context, on the nodes of all its members at the same position."
          + " It must be installed on this node; if it has a migrate, that runs"
          + " then, and the update is refused if it fails."
    })
final class ContextUpdate extends ContextChange {
  @Parameters(
      index = "1",
      paramLabel = "APPLICATION",
      completionCandidates = Candidates.Applications.class,
      description = "Its identifier, or the beginning of it.")
  private String application = "";

  ContextUpdate(final Workplace workplace) {
    super(workplace);
  }

  @Override
  Request request(final Client node) {
    return new Request(
        "application",
        new JsonObject().put("applicationId", Ids.application(node, application)),
        "executorPublicKey");
  }

  @Override
  String done() {
    return "Updated the application.";
  }
}
