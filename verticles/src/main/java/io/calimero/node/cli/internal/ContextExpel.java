// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context remove}. */
@Command(
    name = "remove",
    description = {
      "Remove a member from a context, which needs ManageMembers. What it has written stays; what"
          + " it writes from now on is refused by everybody, and open invitations made before are"
          + " void. To remove a context from this node: context rm."
    })
final class ContextExpel extends ContextChange {
  @Parameters(index = "1", paramLabel = "MEMBER", description = "Who.")
  private String member = "";

  ContextExpel(final Workplace workplace) {
    super(workplace);
  }

  @Override
  Request request(final Client node) {
    return new Request(
        "members/remove",
        new JsonObject().put("members", new JsonArray().add(identity(member))),
        "signerId");
  }

  @Override
  String done() {
    return "Removed the member " + member + ".";
  }
}
