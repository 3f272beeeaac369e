// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.JsonPrinter;
import io.calimero.node.cli.internal.http.JsonText;
import io.calimero.node.cli.internal.terminal.Failure;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code call}. */
@Command(
    name = "call",
    description = {
      "Call a method of a context and print what it returns, as JSON.",
      "When it has written something, the answer comes once that is on the node's disk."
    })
final class CallCommand extends ClientCommand {
  @Parameters(
      index = "0",
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "The context's identifier, or the beginning of it.")
  private String context = "";

  @Parameters(index = "1", paramLabel = "METHOD", description = "The method.")
  private String method = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "JSON",
      description = "Its arguments: JSON, @FILE, or - for the standard input. Default: {}.")
  private Optional<String> arguments = Optional.empty();

  @Option(
      names = "--as",
      paramLabel = "KEY",
      description = "Which of this node's members calls. Default: the one it has.")
  private Optional<String> executor = Optional.empty();

  @Option(names = "--query", description = "Read only: whatever the method writes is not kept.")
  private boolean query;

  CallCommand(final Workplace workplace) {
    super(workplace);
  }

  @Override
  String waitingFor() {
    return "calling " + method;
  }

  @Override
  void run(final Client node) {
    if (executor.isPresent() && !Ids.isWhole(executor.get())) {
      throw Failure.usage("--as must be a whole public key: 32 bytes in base58");
    }
    final String json = Arguments.read("the arguments", arguments, workplace());
    final String id = Ids.context(node, context);
    final Answer answer = node.rpc(query ? "query" : "execute", params(id, json));
    if (json()) {
      console().result(answer.body());
      return;
    }
    final String output = JsonText.member(answer.body(), "result", "output").orElse("null");
    console().result(JsonPrinter.show(output, console()));
  }

  private String params(final String id, final String json) {
    final String caller =
        executor.map(key -> ",\"executorPublicKey\":" + JsonText.quote(key)).orElse("");
    return "{\"contextId\":"
        + JsonText.quote(id)
        + ",\"method\":"
        + JsonText.quote(method)
        + ",\"argsJson\":"
        + json
        + caller
        + "}";
  }
}
