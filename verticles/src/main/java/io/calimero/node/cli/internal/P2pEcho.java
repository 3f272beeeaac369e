// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.calimero.node.libp2p.P2pTool;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p echo}. */
@Command(
    name = "echo",
    description = "Send bytes to an echo that a node serves, and compare what comes back.")
final class P2pEcho extends P2pCommand {
  private static final int MAXIMUM = 256 << 20;

  @Option(
      names = "--protocol",
      paramLabel = "ID",
      defaultValue = P2pTool.ECHO,
      description = "The protocol of the echo. Default: ${DEFAULT-VALUE}.")
  private String protocol = P2pTool.ECHO;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      defaultValue = "1048576",
      description = "How many bytes. Default: ${DEFAULT-VALUE}.")
  private int bytes = 1 << 20;

  P2pEcho(final Workplace workplace) {
    super(workplace);
  }

  @Override
  ExitCode run(final P2pTool node, final JsonObject answer) {
    if (bytes < 1 || bytes > MAXIMUM) {
      throw Failure.usage("--bytes must be between 1 and " + MAXIMUM);
    }
    final P2pTool.Echo echo = node.echo(protocol, bytes);
    final long micros = TimeUnit.NANOSECONDS.toMicros(echo.took().toNanos());
    answer.put("bytes", echo.bytes()).put("same", echo.same()).put("micros", micros);
    if (!json()) {
      console()
          .result(
              Text.bytes(echo.bytes())
                  + " came back, "
                  + (echo.same() ? "the same" : "NOT what was sent")
                  + ", in "
                  + micros
                  + " µs");
    }
    return echo.same() ? ExitCode.OK : ExitCode.FAILED;
  }
}
