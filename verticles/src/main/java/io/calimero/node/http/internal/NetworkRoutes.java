// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.NetworkMessages.GetStatus;
import io.calimero.node.events.messages.NetworkMessages.ListPeers;
import io.calimero.node.events.messages.NetworkMessages.Peer;
import io.calimero.node.events.messages.NetworkMessages.Reachability;
import io.calimero.node.events.messages.NetworkMessages.Status;
import io.vertx.core.Future;

/** What there is to know of other nodes. Clients read these answers without an envelope. */
final class NetworkRoutes {
  private final Bus bus;

  NetworkRoutes(final Bus bus) {
    this.bus = bus;
  }

  void mount(final Routes routes) {
    routes
        .flat("/peers", _ -> count())
        .flat(
            "/network/status",
            _ -> bus.request(Topics.NETWORK_STATUS, new GetStatus()).map(NetworkRoutes::json));
  }

  private Future<JsonText> count() {
    return bus.request(Topics.PEER_LIST, new ListPeers())
        .map(
            connected ->
                new JsonText().raw("{\"count\":").number(connected.peers().size()).raw("}"));
  }

  /** The fields of the reference, and those of our own: {@code peerId} and {@code peers}. */
  private static JsonText json(final Status status) {
    return new JsonText()
        .raw("{\"peerId\":")
        .string(status.peer())
        .raw(",\"localPeerId\":")
        .string(status.peer())
        .raw(",\"listenAddrs\":")
        .array(status.addresses(), JsonText::string)
        .raw(",\"externalAddrs\":[],\"relays\":[],\"rendezvous\":[],\"directUpgrades\":[]")
        .raw(",\"autonat\":{\"reachability\":")
        .string(word(status.reachability()))
        .raw("},\"peers\":")
        .array(status.peers(), NetworkRoutes::write)
        .raw(",\"rememberedPeers\":")
        .number(status.remembered())
        .raw("}");
  }

  private static void write(final JsonText json, final Peer peer) {
    json.raw("{\"peerId\":")
        .string(peer.id())
        .raw(",\"address\":")
        .string(peer.address())
        .raw(",\"direction\":")
        .string(peer.outbound() ? "outbound" : "inbound")
        .raw(",\"agent\":")
        .string(peer.agent())
        .raw("}");
  }

  private static String word(final Reachability reachability) {
    return switch (reachability) {
      case UNKNOWN -> "unknown";
      case PUBLIC -> "public";
      case PRIVATE -> "private";
    };
  }
}
