// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Parameters;

/** A command that changes what a member may do. */
abstract class ContextCapability extends ContextChange {
  private final String route;

  @Parameters(index = "1", paramLabel = "MEMBER", description = "Who.")
  private String member = "";

  @Parameters(
      index = "2",
      paramLabel = "CAPABILITY",
      description = "ManageMembers or ManageApplication.")
  private String capability = "";

  ContextCapability(final Workplace workplace, final String route) {
    super(workplace);
    this.route = route;
  }

  /** What was done, for a person. */
  abstract String done(String capability, String member);

  @Override
  final Request request(final Client node) {
    final JsonObject pairs =
        new JsonObject()
            .put(
                "capabilities",
                new JsonArray().add(new JsonArray().add(identity(member)).add(capability)));
    return new Request("capabilities/" + route, pairs, "signer_id");
  }

  @Override
  final String done() {
    return done(capability, member);
  }
}
