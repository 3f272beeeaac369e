// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import picocli.CommandLine.Command;

/** {@code identity new}. */
@Command(
    name = "new",
    description = "Make a key pair for a future membership and print its public key.")
final class IdentityNew extends ClientCommand {
  IdentityNew(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final Answer answer = node.post("identity/context", "{}");
    console().result(json() ? answer.body() : answer.text("publicKey"));
  }
}
