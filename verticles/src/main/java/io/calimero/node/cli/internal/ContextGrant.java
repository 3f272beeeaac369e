// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import picocli.CommandLine.Command;

/** {@code context grant}. */
@Command(
    name = "grant",
    description = {
      "Let a member do more: ManageMembers adds and removes members and makes invitations,"
          + " ManageApplication updates the code. Whoever grants must have it."
    })
final class ContextGrant extends ContextCapability {
  ContextGrant(final Workplace workplace) {
    super(workplace, "grant");
  }

  @Override
  String done(final String capability, final String member) {
    return "Granted " + capability + " to " + member + ".";
  }
}
