// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** The group of the commands that look at a foreign node over libp2p. */
@Command(
    name = "p2p",
    description = {
      "Look at a node of the network from outside, by libp2p.",
      "Each connects with an identity that is new every time, and needs no node here."
    })
final class P2pGroup extends Group {}
