// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** The group of the commands on applications. */
@Command(name = "app", description = "Install, list and remove applications.")
final class AppCommand extends Group {}
