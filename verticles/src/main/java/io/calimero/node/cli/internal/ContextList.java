// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Table;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;

/** {@code context ls}. */
@Command(name = "ls", aliases = "list", description = "List the contexts.")
final class ContextList extends ClientCommand {
  ContextList(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final Answer answer = node.get("contexts");
    if (json()) {
      console().result(answer.body());
      return;
    }
    final Table table = new Table("CONTEXT", "APPLICATION", "STATE ROOT");
    for (final JsonObject context : answer.objects("contexts")) {
      table.row(
          Fields.text(context, "id"),
          Fields.text(context, "applicationId"),
          ContextGet.stateRoot(context));
    }
    if (table.isEmpty()) {
      console().note("There is no context. Create one: context create APP");
    }
    table.print(console());
  }
}
