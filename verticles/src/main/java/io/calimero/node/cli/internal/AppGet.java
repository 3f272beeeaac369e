// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Table;
import io.calimero.node.cli.internal.terminal.Table.Pair;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code app get}. */
@Command(name = "get", description = "Show an application.")
final class AppGet extends ClientCommand {
  @Parameters(
      paramLabel = "APP",
      completionCandidates = Candidates.Applications.class,
      description = "Its identifier, or the beginning of it.")
  private String application = "";

  AppGet(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    final String id = Ids.application(node, application);
    final Answer answer = node.get("applications/" + id);
    if (json()) {
      console().result(answer.body());
      return;
    }
    if (!(answer.data().getValue("application") instanceof final JsonObject app)) {
      throw Failure.of(ExitCode.REFUSED, "the node has no application " + id).answer(answer.body());
    }
    Table.printPairs(console(), pairs(app));
  }

  private static List<Pair> pairs(final JsonObject app) {
    final JsonObject blob = Fields.object(app, "blob");
    final List<Pair> pairs = new ArrayList<>();
    pairs.add(new Pair("application", Fields.text(app, "id")));
    pairs.add(new Pair("blob", Fields.text(blob, "bytecode")));
    pairs.add(new Pair("size", Fields.number(app, "size") + " bytes"));
    pairs.add(new Pair("source", Fields.text(app, "source")));
    final String metadata = text(Fields.array(app, "metadata"));
    if (!metadata.isEmpty()) {
      pairs.add(new Pair("metadata", metadata));
    }
    return pairs;
  }

  private static String text(final JsonArray bytes) {
    final byte[] array = new byte[bytes.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = bytes.getValue(i) instanceof final Number number ? number.byteValue() : 0;
    }
    return new String(array, StandardCharsets.UTF_8);
  }
}
