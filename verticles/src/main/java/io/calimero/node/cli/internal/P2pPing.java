// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.libp2p.P2pTool;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p ping}. */
@Command(name = "ping", description = "Measure round trips to a node.")
final class P2pPing extends P2pCommand {
  private static final int MAXIMUM = 1000;

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      defaultValue = "3",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int count = 3;

  P2pPing(final Workplace workplace) {
    super(workplace);
  }

  @Override
  ExitCode run(final P2pTool node, final JsonObject answer) {
    if (count < 1 || count > MAXIMUM) {
      throw Failure.usage("--count must be between 1 and " + MAXIMUM);
    }
    final JsonArray trips = new JsonArray();
    for (int i = 0; i < count; i++) {
      final long micros = TimeUnit.NANOSECONDS.toMicros(node.ping().toNanos());
      trips.add(micros);
      if (!json()) {
        console().result(node.connection().remotePeer() + "  " + micros + " µs");
      }
    }
    answer.put("micros", trips);
    return ExitCode.OK;
  }
}
