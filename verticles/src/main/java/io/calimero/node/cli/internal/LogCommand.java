// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** The group of the commands on the transaction log. */
@Command(
    name = "log",
    description = {
      "Check, read and repair the transaction log in a home.",
      "These work on the files themselves, and but for `repair` also while a node uses them."
    })
final class LogCommand extends Group {}
