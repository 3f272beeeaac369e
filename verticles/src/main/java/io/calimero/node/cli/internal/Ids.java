// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.MalformedException;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Identifiers that people type: whole, or so much of one that no other begins like it. */
final class Ids {
  private static final int SHOWN = 5;

  private Ids() {}

  /** The application that is meant. */
  static String application(final Client node, final String typed) {
    return isWhole(typed) ? typed : only("application", typed, applications(node));
  }

  /** The context that is meant. */
  static String context(final Client node, final String typed) {
    return isWhole(typed) ? typed : only("context", typed, contexts(node));
  }

  /** The applications that the node has. */
  static List<String> applications(final Client node) {
    return ids(node.get("applications").objects("apps"));
  }

  /** The contexts that the node has. */
  static List<String> contexts(final Client node) {
    return ids(node.get("contexts").objects("contexts"));
  }

  /** Whether the text is all of an identifier. */
  static boolean isWhole(final String text) {
    try {
      Hash.parse(text);
      return true;
    } catch (final MalformedException e) {
      return false;
    }
  }

  /**
   * The one that begins so.
   *
   * @throws Failure if there is none, or more than one
   */
  static String only(final String kind, final String typed, final List<String> all) {
    final List<String> meant =
        typed.isEmpty() ? List.of() : all.stream().filter(id -> id.startsWith(typed)).toList();
    if (meant.size() == 1) {
      return meant.getFirst();
    }
    final String shown = Text.oneLine(typed);
    if (meant.isEmpty()) {
      throw Failure.of(
              ExitCode.REFUSED,
              "the node has no " + kind + " whose identifier is or begins with '" + shown + "'")
          .hint("`" + ("context".equals(kind) ? "context" : "app") + " ls` lists those it has.");
    }
    final String more = meant.size() > SHOWN ? "\n  ..." : "";
    throw Failure.usage("'" + shown + "' is short for " + meant.size() + " " + kind + "s")
        .hint("  " + String.join("\n  ", meant.subList(0, Math.min(SHOWN, meant.size()))) + more);
  }

  private static List<String> ids(final List<JsonObject> objects) {
    return objects.stream().map(object -> Fields.text(object, "id")).toList();
  }
}
