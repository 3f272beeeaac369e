// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The alerts and the dashboard that come with the archive. */
class MonitoringFilesTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("root.dir")));
  private static final Path FILES = ROOT.resolve("dist/files/monitoring");
  private static final Pattern METRIC = Pattern.compile("calimero_\\w+|vertx_\\w+");

  @Test
  void alertsAndDashboardNameOnlyMetricsThatThereAre() throws IOException {
    final Set<String> documented = metrics(Files.readString(ROOT.resolve("docs/operations.md")));
    final String dashboard = Files.readString(FILES.resolve("grafana.json"));
    assertThat(new JsonObject(dashboard).getJsonArray("panels")).isNotEmpty();
    for (final String text :
        new String[] {dashboard, Files.readString(FILES.resolve("alerts.yml"))}) {
      final Set<String> named = new TreeSet<>();
      metrics(text).forEach(name -> named.add(name.replaceAll("_(bucket|sum|count)$", "")));
      assertThat(named).isNotEmpty().isSubsetOf(documented);
    }
  }

  private static Set<String> metrics(final String text) {
    return METRIC.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }
}
