// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.Table;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.JsonObject;
import picocli.CommandLine.Command;

/** {@code app ls}. */
@Command(name = "ls", aliases = "list", description = "List the installed applications.")
final class AppList extends ClientCommand {
  AppList(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final Answer answer = node.get("applications");
    if (json()) {
      console().result(answer.body());
      return;
    }
    final Table table = new Table("APPLICATION", "SIZE", "SOURCE");
    for (final JsonObject app : answer.objects("apps")) {
      table.row(
          Fields.text(app, "id"),
          Text.bytes(Fields.number(app, "size")),
          Fields.text(app, "source"));
    }
    if (table.isEmpty()) {
      console().note("No application is installed. Install one: app install FILE");
    }
    table.print(console());
  }
}
