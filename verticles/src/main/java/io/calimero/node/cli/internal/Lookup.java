// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a prompt's node has, asked while somebody waits for a completion: briefly. */
final class Lookup {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Optional<Endpoint> node;

  Lookup(final Workplace workplace) {
    node = workplace.attachment().map(Workplace.Attachment::endpoint);
  }

  List<String> applications() {
    return ask(Ids::applications);
  }

  List<String> contexts() {
    return ask(Ids::contexts);
  }

  private List<String> ask(final Function<Client, List<String>> question) {
    if (node.isEmpty()) {
      return List.of();
    }
    try (Client client = new Client(node.get(), PATIENCE, () -> {})) {
      return question.apply(client);
    }
  }
}
