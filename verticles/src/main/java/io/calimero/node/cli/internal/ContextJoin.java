// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context join}. */
@Command(
    name = "join",
    description = {
      "Join a context by an invitation and print its identifier. What other members have is"
          + " fetched, the application included.",
      "Shows how far that is until all is here; Control-C ends the showing, not the fetching."
    })
final class ContextJoin extends ClientCommand {
  @Parameters(paramLabel = "INVITATION", description = "What context invite printed.")
  private String invitation = "";

  ContextJoin(final Workplace workplace) {
    super(workplace);
  }

  @Override
  String waitingFor() {
    return "fetching the context";
  }

  @Override
  void run(final Client node) {
    final Answer answer =
        node.post("contexts/join", new JsonObject().put("invitationPayload", invitation).encode());
    if (json()) {
      console().result(answer.body());
      return;
    }
    final String id = answer.text("contextId");
    console().result(id);
    console().note("Your member key in it: " + Text.oneLine(answer.text("memberPublicKey")));
    final boolean _ = SyncFollower.follow(workplace(), node, id);
  }
}
