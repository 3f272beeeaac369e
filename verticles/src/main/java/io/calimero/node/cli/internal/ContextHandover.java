// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context handover}. */
@Command(
    name = "handover",
    description = {
      "Make another member's node the coordinator of a context: the one that orders. Only the"
          + " coordinator can."
    })
final class ContextHandover extends ContextChange {
  @Parameters(index = "1", paramLabel = "MEMBER", description = "Whose node orders from now on.")
  private String member = "";

  ContextHandover(final Workplace workplace) {
    super(workplace);
  }

  @Override
  Request request(final Client node) {
    return new Request(
        "coordinator", new JsonObject().put("memberPublicKey", identity(member)), "signerId");
  }

  @Override
  String done() {
    return "Handed the context over to " + member + ".";
  }
}
