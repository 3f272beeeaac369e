// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Table;
import io.calimero.node.cli.internal.terminal.Table.Pair;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.P2pTool;
import io.calimero.node.libp2p.PeerInfo;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code p2p info}. */
@Command(name = "info", description = "Show what a node says of itself. None of it is proven.")
final class P2pInfo extends P2pCommand {
  P2pInfo(final Workplace workplace) {
    super(workplace);
  }

  @Override
  ExitCode run(final P2pTool node, final JsonObject answer) {
    final PeerInfo info = node.info();
    final List<String> addresses =
        info.listenAddresses().stream().map(Multiaddr::toString).toList();
    answer
        .put("agent", info.agentVersion())
        .put("protocol", info.protocolVersion())
        .put("listens", new JsonArray(addresses))
        .put("speaks", new JsonArray(info.protocols()));
    info.observedAddress().ifPresent(seen -> answer.put("sees", seen.toString()));
    if (!json()) {
      final List<Pair> pairs = new ArrayList<>();
      pairs.add(new Pair("peer", node.connection().remotePeer().toString()));
      pairs.add(
          new Pair(
              "connected by", node.connection().security() + ", " + node.connection().muxer()));
      pairs.add(new Pair("agent", info.agentVersion()));
      pairs.add(new Pair("family", info.protocolVersion()));
      info.observedAddress().ifPresent(seen -> pairs.add(new Pair("sees us at", seen.toString())));
      addresses.forEach(address -> pairs.add(new Pair("listens", address)));
      info.protocols().forEach(protocol -> pairs.add(new Pair("speaks", protocol)));
      Table.printPairs(console(), pairs);
    }
    return ExitCode.OK;
  }
}
