// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code context leave}. */
@Command(
    name = "leave",
    description = {
      "Leave a context: this node's members remove themselves from it, and its log and state are"
          + " deleted here. The coordinator must hand over first."
    })
final class ContextLeave extends ClientCommand {
  @Parameters(
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  @Option(names = "--keep", description = "Keep the log as it is, to be read.")
  private boolean keep;

  @Option(
      names = "--as",
      paramLabel = "KEY",
      description = "The member who leaves. Default: all of this node's.")
  private Optional<String> member = Optional.empty();

  ContextLeave(final Workplace workplace) {
    super(workplace);
  }

  @Override
  String waitingFor() {
    return "waiting for the coordinator";
  }

  @Override
  void run(final Client node) {
    final String id = Ids.context(node, context);
    final JsonObject body = new JsonObject().put("calimeroKeepLog", keep);
    member.ifPresent(key -> body.put("memberPublicKey", key));
    final Answer answer = node.post("contexts/" + id + "/leave", body.encode());
    if (json()) {
      console().result(answer.body());
      return;
    }
    console()
        .note(
            "Left the context "
                + id
                + (Fields.flag(answer.data(), "calimero_removed")
                    ? ", and removed it from this node."
                    : "."));
  }
}
