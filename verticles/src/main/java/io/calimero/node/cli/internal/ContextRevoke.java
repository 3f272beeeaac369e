// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** {@code context revoke}. */
@Command(
    name = "revoke",
    description = {"Let a member do less. Whoever revokes must have the capability."})
final class ContextRevoke extends ContextCapability {
  ContextRevoke(final Workplace workplace) {
    super(workplace, "revoke");
  }

  @Override
  String done(final String capability, final String member) {
    return "Revoked " + capability + " from " + member + ".";
  }
}
