// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.terminal.Failure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code context invite}. */
@Command(
    name = "invite",
    description = {
      "Make an identity of another node a member of a context, and print the invitation with which"
          + " it joins. The identity is what identity new prints on that node. With --open, print"
          + " an invitation that whoever has it can join by."
    })
final class ContextInvite extends ClientCommand {
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})([smhd])");

  @Parameters(
      index = "0",
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "IDENTITY",
      description = "Who is invited. Left out with --open.")
  private String invitee = "";

  @Option(
      names = "--open",
      description = "Invite whoever has the invitation: keep it secret until it has expired.")
  private boolean open;

  @Option(
      names = "--uses",
      paramLabel = "N",
      description = "How often an open invitation is good; 0 for any number. Default: 1.")
  private int uses = 1;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description = "For how long an open invitation is good, such as 30m, 1h or 7d. Default: 1h.")
  private String expires = "1h";

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
    if (open != invitee.isEmpty()) {
      throw Failure.usage("an identity is invited, or whoever has the invitation with --open");
    }
    if (!open && !Ids.isWhole(invitee)) {
      throw Failure.usage("the identity must be 32 bytes in base58");
    }
    final String id = Ids.context(node, context);
    final Answer answer = open ? openly(node, id) : invite(node, id);
    console().result(json() ? answer.body() : answer.text());
  }

  private Answer openly(final Client node, final String id) {
    final JsonObject body =
        new JsonObject().put("uses", uses).put("validForSeconds", seconds(expires));
    inviter.ifPresent(key -> body.put("inviterId", key));
    return node.post("contexts/" + id + "/invitations", body.encode());
  }

  /** A whole number with the letter of its unit. */
  private static long seconds(final String time) {
    final Matcher parts = TIME.matcher(time);
    if (!parts.matches()) {
      throw Failure.usage("--expires must be a number with s, m, h or d, such as 1h");
    }
    return Long.parseLong(parts.group(1))
        * switch (parts.group(2)) {
          case "m" -> 60;
          case "h" -> 3600;
          case "d" -> 86_400;
          default -> 1;
        };
  }

  private Answer invite(final Client node, final String id) {
    return node.post(
        "contexts/invite",
        new JsonObject()
            .put("contextId", id)
            .put("inviterId", inviter.orElseGet(() -> own(node, id)))
            .put("inviteeId", invitee)
            .encode());
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
