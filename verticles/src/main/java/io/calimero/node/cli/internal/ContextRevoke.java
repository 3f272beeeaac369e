// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code context revoke}. */
@Command(
    name = "revoke",
    description = {"Let a member do less. Whoever revokes must have the capability."})
final class ContextRevoke extends ContextChange {
  @Parameters(index = "1", paramLabel = "MEMBER", description = "Who.")
  private String member = "";

  @Parameters(
      index = "2",
      paramLabel = "CAPABILITY",
      description = "ManageMembers or ManageApplication.")
  private String capability = "";

  ContextRevoke(final Workplace workplace) {
    super(workplace);
  }

  @Override
  Request request(final Client node) {
    return new Request("capabilities/revoke", ContextGrant.pair(member, capability), "signer_id");
  }

  @Override
  String done() {
    return "Revoked " + capability + " from " + member + ".";
  }
}
