// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.RelayLimits;
import java.util.Optional;

/**
 * What a host does for peers that cannot be dialled, and when it is one.
 *
 * @param relay relays for others within these limits
 */
public record NatOptions(Optional<RelayLimits> relay) {
  /** Nothing but to dial through relays. */
  public static final NatOptions NONE = new NatOptions(Optional.empty());

  /** These options, and relaying within {@code limits}. */
  public NatOptions withRelay(final RelayLimits limits) {
    return new NatOptions(Optional.of(limits));
  }
}
