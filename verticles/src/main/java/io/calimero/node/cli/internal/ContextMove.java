// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code context move}. Each step leaves a context that works, so that whatever breaks off can be
 * begun again, and goes on where it was.
 */
@Command(
    name = "move",
    description = {
      "Move a context to another node of yours, which prints the member key it has there: that node"
          + " joins, fetches all there is, may do what this one may, and orders from then on if this"
          + " one did; then this one leaves.",
      "Nothing acknowledged is lost while others write. If it breaks off, begin it again."
    })
final class ContextMove extends ClientCommand {
  private static final Duration PAUSE = Duration.ofMillis(250);

  @Parameters(
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  @Option(
      names = "--to",
      paramLabel = "URL",
      required = true,
      description = "The address of the other node, itself and not of a gateway.")
  private String to = "";

  @Option(
      names = "--keep",
      description = "This node stays a member, with the log and the state that it has.")
  private boolean keep;

  ContextMove(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final String id = Ids.context(node, context);
    try (Client other = new Client(NodeOption.at(to), node.timeout(), () -> {})) {
      final String member = join(node, other, id);
      fetch(node, other, id);
      entitle(node, id, member);
      final boolean ordered = orders(node, id);
      if (ordered) {
        handOver(node, other, id, member);
      }
      if (!keep) {
        node.post("contexts/" + id + "/leave", "{}");
        console().note("Left it here.");
      }
      console().result(json() ? told(id, member, ordered) : member);
    }
  }

  private String told(final String id, final String member, final boolean ordered) {
    return new JsonObject()
        .put("contextId", id)
        .put("memberPublicKey", member)
        .put("coordinator", ordered)
        .put("left", !keep)
        .encode();
  }

  /** The other node's member; one that is made if it has none. */
  private String join(final Client node, final Client other, final String id) {
    if (Ids.contexts(other).contains(id)) {
      return ContextInvite.own(other, id);
    }
    final String identity = other.post("identity/context", "{}").text("publicKey");
    final String invitation =
        node.post(
                "contexts/invite",
                new JsonObject()
                    .put("contextId", id)
                    .put("inviterId", inviter(node, id))
                    .put("inviteeId", identity)
                    .encode())
            .text();
    final Answer joined =
        other.post("contexts/join", new JsonObject().put("invitationPayload", invitation).encode());
    console().note("The other node is a member.");
    return Text.oneLine(joined.text("memberPublicKey"));
  }

  /** A member of this node's who may invite, if there is one. */
  private static String inviter(final Client node, final String id) {
    return members(node, id)
        .filter(member -> Fields.flag(member, "owned"))
        .filter(member -> capabilities(member).contains("ManageMembers"))
        .map(member -> Fields.text(member, "identity"))
        .findFirst()
        .orElseGet(() -> ContextInvite.own(node, id));
  }

  /** What this node's members may do, the other one's may do too: else nobody might, afterwards. */
  private void entitle(final Client node, final String id, final String heir) {
    final Set<String> missing = new TreeSet<>();
    members(node, id)
        .filter(member -> Fields.flag(member, "owned"))
        .forEach(member -> missing.addAll(capabilities(member)));
    members(node, id)
        .filter(member -> Fields.text(member, "identity").equals(heir))
        .forEach(member -> missing.removeAll(capabilities(member)));
    for (final String capability : missing) {
      node.post(
          "contexts/" + id + "/capabilities/grant",
          new JsonObject()
              .put("capabilities", new JsonArray().add(new JsonArray().add(heir).add(capability)))
              .encode());
      console().note("The other node has " + Text.oneLine(capability) + ".");
    }
  }

  private static Stream<JsonObject> members(final Client node, final String id) {
    return node.get("contexts/" + id + "/members").objects("members").stream();
  }

  private static List<String> capabilities(final JsonObject member) {
    return Fields.array(member, "capabilities").stream().map(String::valueOf).toList();
  }

  /** Until the other node has all that was here when it was looked at last. */
  private void fetch(final Client node, final Client other, final String id) {
    if (!SyncFollower.follow(workplace(), other, id)) {
      throw Failure.failed("stopped before the other node had fetched all; nothing was handed over")
          .hint("It goes on fetching. Begin again to go on with the moving.");
    }
    final long here = position(node, id);
    await(
        node.timeout(),
        () -> position(other, id) >= here,
        "the other node has not fetched position " + here + " yet; nothing was handed over");
  }

  private void handOver(
      final Client node, final Client other, final String id, final String member) {
    final Answer answer =
        node.post(
            "contexts/" + id + "/coordinator",
            new JsonObject().put("memberPublicKey", member).encode());
    final String warning = Fields.text(answer.data(), "calimero_warning");
    if (!warning.isEmpty()) {
      console().note("Warning: " + Text.oneLine(warning));
    }
    await(
        node.timeout(),
        () -> orders(other, id),
        "the context was handed over, and the other node has not heard of it yet");
    console().note("The other node orders now.");
  }

  /** Looks again and again, for as long as an answer may take. */
  private void await(
      final Duration patience, final BooleanSupplier condition, final String otherwise) {
    for (long looks = patience.dividedBy(PAUSE); !condition.getAsBoolean(); looks--) {
      if (looks <= 0) {
        throw Failure.failed(otherwise)
            .hint("Begin again, it goes on where it was; wait longer with --timeout SECONDS.");
      }
      workplace().machine().pause().accept(PAUSE);
    }
  }

  private static long position(final Client node, final String id) {
    final JsonObject data = node.get("contexts/" + id).data();
    final JsonObject shown =
        data.getValue("context") instanceof final JsonObject inner ? inner : data;
    return shown.getValue("position") instanceof final Number number ? number.longValue() : 0;
  }

  private static boolean orders(final Client node, final String id) {
    return members(node, id)
        .anyMatch(member -> Fields.flag(member, "coordinator") && Fields.flag(member, "owned"));
  }
}
