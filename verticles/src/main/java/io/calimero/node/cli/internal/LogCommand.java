// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** The group of the commands on the transaction log. */
@Command(
    name = "log",
    description = {
      "Check and read the transaction log in a home.",
      "These read the files themselves, also while a node uses them, and change nothing."
    })
final class LogCommand extends Group {}
