// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.terminal.Failure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code context invite}. */
@Command(
    name = "invite",
    description = {
      "Make an identity of another node a member of a context, and print the invitation with which"
          + " it joins. The identity is what identity new prints on that node."
    })
final class ContextInvite extends ClientCommand {
  @Parameters(
      index = "0",
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  @Parameters(index = "1", paramLabel = "IDENTITY", description = "Who is invited.")
  private String invitee = "";

  @Option(
      names = "--as",
      paramLabel = "KEY",
      description = "The member who invites. Default: the first of this node's.")
  private Optional<String> inviter = Optional.empty();

  ContextInvite(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    if (!Ids.isWhole(invitee)) {
      throw Failure.usage("the identity must be 32 bytes in base58");
    }
    final String id = Ids.context(node, context);
    final Answer answer =
        node.post(
            "contexts/invite",
            new JsonObject()
                .put("contextId", id)
                .put("inviterId", inviter.orElseGet(() -> own(node, id)))
                .put("inviteeId", invitee)
                .encode());
    console().result(json() ? answer.body() : answer.text());
  }

  /** A member of the context whose key the node has. */
  static String own(final Client node, final String context) {
    final List<String> owned =
        node.get("contexts/" + context + "/identities-owned").texts("identities");
    if (owned.isEmpty()) {
      throw Failure.failed("this node has no member of the context");
    }
    return owned.getFirst();
  }
}
