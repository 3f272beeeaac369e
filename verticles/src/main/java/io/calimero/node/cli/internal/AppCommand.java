// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** The group of the commands on applications. */
@Command(name = "app", description = "Install, list, remove and inspect applications.")
final class AppCommand extends Group {}
