// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** The group of the demonstrations. */
@Command(
    name = "demo",
    description = {
      "See something work that takes more than one node.",
      "For one node with a sample to try: up --demo."
    })
final class DemoGroup extends Group {}
