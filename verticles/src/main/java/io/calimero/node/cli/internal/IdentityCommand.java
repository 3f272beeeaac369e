// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** The group of the commands on identities. */
@Command(name = "identity", description = "Make keys with which this node joins contexts.")
final class IdentityCommand extends Group {}
