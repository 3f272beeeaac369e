// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code context create}. */
@Command(
    name = "create",
    description = "Create a context of an application and print its identifier.")
final class ContextCreate extends ClientCommand {
  @Parameters(
      index = "0",
      paramLabel = "APP",
      completionCandidates = Candidates.Applications.class,
      description = "The application's identifier, or the beginning of it.")
  private String application = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "JSON",
      description = "The arguments of its init: JSON, @FILE, or - for the standard input.")
  private Optional<String> parameters = Optional.empty();

  @Option(
      names = "--seed",
      paramLabel = "BASE58",
      description = "32 bytes that the context's identifier is derived from. Default: random.")
  private Optional<String> seed = Optional.empty();

  @Option(
      names = "--gas",
      paramLabel = "N",
      description =
          "The gas of a call, for good: from 1 to the node's contexts.gas-max. Default: the node's"
              + " contexts.gas.")
  private Optional<Long> gas = Optional.empty();

  ContextCreate(final Workplace workplace) {
    super(workplace);
  }

  @Override
  String waitingFor() {
    return "creating the context";
  }

  @Override
  void run(final Client node) {
    if (seed.isPresent() && !Ids.isWhole(seed.get())) {
      throw Failure.usage("--seed must be 32 bytes in base58");
    }
    if (gas.isPresent() && gas.get() < 1) {
      throw Failure.usage("--gas must be at least 1");
    }
    final String arguments = Arguments.read("the parameters", parameters, workplace());
    final String id = Ids.application(node, application);
    final Answer answer = create(node, id, arguments, seed, gas);
    if (json()) {
      console().result(answer.body());
      return;
    }
    console().result(answer.text("contextId"));
    console().note("Your member key in it: " + Text.oneLine(answer.text("memberPublicKey")));
  }

  /** Creates a context; the arguments are a JSON text. */
  static Answer create(
      final Client node,
      final String application,
      final String arguments,
      final Optional<String> seed,
      final Optional<Long> gas) {
    final JsonObject request = new JsonObject().put("applicationId", application);
    seed.ifPresent(text -> request.put("contextSeed", text));
    gas.ifPresent(amount -> request.put("gas", amount));
    return node.post(
        "contexts", request.put("initializationParams", AppInstall.bytes(arguments)).encode());
  }
}
