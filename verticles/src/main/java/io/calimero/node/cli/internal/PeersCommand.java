// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Table;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;

/** {@code peers}. */
@Command(
    name = "peers",
    description = {
      "List the nodes that this one is connected to, and say where it listens.",
      "Other nodes are named in the configuration (p2p.bootstrap)."
    })
final class PeersCommand extends ClientCommand {
  PeersCommand(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final Answer answer = node.get("network/status");
    if (json()) {
      console().result(answer.body());
      return;
    }
    final Table table = new Table("PEER", "ADDRESS", "DIRECTION", "AGENT");
    for (final JsonObject peer : answer.objects("peers")) {
      table.row(
          Fields.text(peer, "peerId"),
          Fields.text(peer, "address"),
          Fields.text(peer, "direction"),
          Fields.text(peer, "agent"));
    }
    answer.texts("listenAddrs").forEach(address -> console().note("This node is at " + address));
    if (table.isEmpty()) {
      console().note("It is connected to no other node.");
    }
    table.print(console());
  }
}
