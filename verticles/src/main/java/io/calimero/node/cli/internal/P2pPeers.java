// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Table;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.P2pTool;
import io.calimero.node.libp2p.PeerAddresses;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p peers}. */
@Command(
    name = "peers",
    description = {
      "List the peers that a node has in its Kademlia table, as far as it tells.",
      "Whether they are there and who they are is not checked."
    })
final class P2pPeers extends P2pCommand {
  @Option(
      names = "--protocol",
      paramLabel = "ID",
      description = {
        "The protocol of the table. Default: Calimero's, or else the one that the node says it "
            + "serves."
      })
  private Optional<String> protocol = Optional.empty();

  P2pPeers(final Workplace workplace) {
    super(workplace);
  }

  @Override
  ExitCode run(final P2pTool node, final JsonObject answer) {
    final String chosen = protocol.orElseGet(() -> served(node.info().protocols()));
    final List<PeerAddresses> peers = node.peers(chosen);
    final JsonArray list = new JsonArray();
    final Table table = new Table("PEER", "ADDRESS");
    for (final PeerAddresses peer : peers) {
      final List<String> addresses = peer.addresses().stream().map(Multiaddr::toString).toList();
      list.add(
          new JsonObject()
              .put("peer", peer.peer().toString())
              .put("addresses", new JsonArray(addresses)));
      table.row(peer.peer().toString(), String.join(" ", addresses));
    }
    answer.put("protocol", chosen).put("peers", list);
    if (!json()) {
      if (table.isEmpty()) {
        console().note("The node knows no peer of " + chosen + ".");
      }
      table.print(console());
    }
    return ExitCode.OK;
  }

  private static String served(final List<String> protocols) {
    final String usual = KadParams.DEFAULT.protocol();
    return protocols.contains(usual)
        ? usual
        : protocols.stream().filter(id -> id.contains("/kad/")).findFirst().orElse(usual);
  }
}
