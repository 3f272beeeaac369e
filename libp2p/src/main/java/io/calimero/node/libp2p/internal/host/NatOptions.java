// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AutoNatLimits;
import io.calimero.node.libp2p.AutoNatParams;
import io.calimero.node.libp2p.HolePunchParams;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.RelayLimits;
import io.calimero.node.libp2p.RendezvousLimits;
import java.util.List;
import java.util.Optional;

/**
 * What a host does for peers that cannot be dialled, and when it is one.
 *
 * @param relay relays for others within these limits
 * @param autoNat asks others whether it can be dialled
 * @param autoNatServer tells others whether they can be
 * @param holePunching replaces relayed connections by direct ones
 * @param rendezvousPoint lets others find one another
 * @param relays to be reached through when it cannot be dialled
 */
public record NatOptions(
    Optional<RelayLimits> relay,
    Optional<AutoNatParams> autoNat,
    Optional<AutoNatLimits> autoNatServer,
    Optional<HolePunchParams> holePunching,
    Optional<RendezvousLimits> rendezvousPoint,
    List<Multiaddr> relays) {
  /** Nothing but to dial through relays. */
  public static final NatOptions NONE =
      new NatOptions(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of());

  /** Keeps a copy. */
  public NatOptions {
    relays = List.copyOf(relays);
  }

  /** These options, and relaying within {@code limits}. */
  public NatOptions withRelay(final RelayLimits limits) {
    return new NatOptions(
        Optional.of(limits), autoNat, autoNatServer, holePunching, rendezvousPoint, relays);
  }

  /** These options, and asking by {@code params}. */
  public NatOptions withAutoNat(final AutoNatParams params) {
    return new NatOptions(
        relay, Optional.of(params), autoNatServer, holePunching, rendezvousPoint, relays);
  }

  /** These options, and telling within {@code limits}. */
  public NatOptions withAutoNatServer(final AutoNatLimits limits) {
    return new NatOptions(
        relay, autoNat, Optional.of(limits), holePunching, rendezvousPoint, relays);
  }

  /** These options, and direct connections by {@code params}. */
  public NatOptions withHolePunching(final HolePunchParams params) {
    return new NatOptions(
        relay, autoNat, autoNatServer, Optional.of(params), rendezvousPoint, relays);
  }

  /** These options, and a rendezvous point within {@code limits}. */
  public NatOptions withRendezvousPoint(final RendezvousLimits limits) {
    return new NatOptions(relay, autoNat, autoNatServer, holePunching, Optional.of(limits), relays);
  }

  /** These options, and being reached through {@code known} if need be. */
  public NatOptions withRelays(final List<Multiaddr> known) {
    return new NatOptions(relay, autoNat, autoNatServer, holePunching, rendezvousPoint, known);
  }
}
