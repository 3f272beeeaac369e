// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that changes a context by an entry of its log. */
abstract class ContextChange extends ClientCommand {
  @Parameters(
      index = "0",
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  @Option(
      names = "--as",
      paramLabel = "KEY",
      description = "In whose name. Default: the first member of this node's who may do it.")
  private Optional<String> author = Optional.empty();

  ContextChange(final Workplace workplace) {
    super(workplace);
  }

  /** What is sent, and where below the context. */
  record Request(String path, JsonObject body, String authorField) {}

  /** What is to be done. */
  abstract Request request(Client node);

  /** What was done, for a person. */
  abstract String done();

  @Override
  String waitingFor() {
    return "waiting for the coordinator";
  }

  @Override
  final void run(final Client node) {
    final Request request = request(node);
    author.ifPresent(key -> request.body.put(request.authorField, key));
    final Answer answer =
        node.post(
            "contexts/" + Ids.context(node, context) + "/" + request.path, request.body.encode());
    if (json()) {
      console().result(answer.body());
      return;
    }
    console().note(done());
    final String warning = Fields.text(answer.data(), "calimero_warning");
    if (!warning.isEmpty()) {
      console().note("Warning: " + Text.oneLine(warning));
    }
  }

  /** An identity, which must be typed in full. */
  static String identity(final String typed) {
    if (!Ids.isWhole(typed)) {
      throw Failure.usage("the member must be 32 bytes in base58")
          .hint("`context members` lists them.");
    }
    return typed;
  }
}
