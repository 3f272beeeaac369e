// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** The group of the commands on contexts. */
@Command(
    name = "context",
    description = "Create, share, list and remove contexts: running instances of applications.")
final class ContextCommand extends Group {}
