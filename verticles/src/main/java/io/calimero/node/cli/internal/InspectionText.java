// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** The report of {@code app inspect} in lines for people. */
final class InspectionText {
  private InspectionText() {}

  static List<String> lines(final JsonObject report) {
    final List<String> lines = new ArrayList<>();
    final JsonObject bundle = report.getJsonObject("bundle");
    if (bundle != null) {
      lines.add("bundle      " + bundle.getString("package") + " " + bundle.getString("version"));
      final String signer = bundle.getString("signer");
      lines.add("signed by   " + (signer == null ? "nobody" : signer));
    }
    if (report.containsKey("refusal")) {
      lines.add("installs    no: " + report.getString("refusal"));
    }
    report.getJsonArray("modules").forEach(module -> module((JsonObject) module, lines));
    return lines;
  }

  private static void module(final JsonObject module, final List<String> lines) {
    if (module.containsKey("service")) {
      lines.add("service     " + module.getString("service"));
    }
    lines.add(
        "module      "
            + Text.bytes(module.getInteger("size"))
            + ", sha256 "
            + module.getString("sha256"));
    if (module.containsKey("generation")) {
      lines.add("host shape  " + module.getString("generation"));
      lines.add("memory      " + pages(module) + ", described " + yes(module, "describesItself"));
      module
          .getJsonArray("methods")
          .forEach(method -> lines.add("method      " + method((JsonObject) method)));
      if (module.getBoolean("migrates")) {
        lines.add("migrate     runs when a context changes to this application");
      }
      module
          .getJsonArray("imports")
          .forEach(each -> lines.add("import      " + imported((JsonObject) each)));
      module.getJsonArray("exports", new JsonArray()).forEach(e -> lines.add("export      " + e));
    }
    lines.add(
        "installs    "
            + (module.getBoolean("installs") ? "yes" : "no: " + module.getString("refusal")));
    final JsonObject run = module.getJsonObject("dryRun");
    if (run != null) {
      lines.add("init        " + dryRun(run));
    }
  }

  private static String pages(final JsonObject module) {
    final Object pages = module.getValue("memoryPages");
    return pages == null ? "none" : pages + " pages of 64 KiB";
  }

  private static String yes(final JsonObject module, final String field) {
    return module.getBoolean(field) ? "by itself" : "nowhere";
  }

  private static String method(final JsonObject method) {
    return method.getString("name") + (method.getBoolean("readOnly") ? " (reads only)" : "");
  }

  private static String imported(final JsonObject each) {
    return each.getString("name") + (each.getBoolean("offered") ? "" : " (not offered)");
  }

  private static String dryRun(final JsonObject run) {
    if (!run.getBoolean("succeeds")) {
      return "fails on an empty state: " + run.getString("error");
    }
    final long gas = run.getLong("gas");
    return "succeeds on an empty state: "
        + run.getInteger("writes")
        + " writes, gas "
        + (gas == 0 ? "not metered" : Long.toString(gas));
  }
}
