// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** The group of the commands on state. */
@Command(name = "state", description = "Rebuild what is derived from the log.")
final class StateCommand extends Group {}
