// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context grant}. */
@Command(
    name = "grant",
    description = {
      "Let a member do more: ManageMembers adds and removes members and makes invitations,"
          + " ManageApplication updates the code. Whoever grants must have it."
    })
final class ContextGrant extends ContextChange {
  @Parameters(index = "1", paramLabel = "MEMBER", description = "Who.")
  private String member = "";

  @Parameters(
      index = "2",
      paramLabel = "CAPABILITY",
      description = "ManageMembers or ManageApplication.")
  private String capability = "";

  ContextGrant(final Workplace workplace) {
    super(workplace);
  }

  @Override
  Request request(final Client node) {
    return new Request("capabilities/grant", pair(member, capability), "signer_id");
  }

  @Override
  String done() {
    return "Granted " + capability + " to " + member + ".";
  }

  /** One member with one capability, as the route takes them. */
  static JsonObject pair(final String member, final String capability) {
    return new JsonObject()
        .put(
            "capabilities",
            new JsonArray().add(new JsonArray().add(identity(member)).add(capability)));
  }
}
