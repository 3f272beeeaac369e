// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * The files for Docker that come with the archive, as far as they can be checked without an engine.
 */
class PackagingFilesTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("root.dir")));
  private static final Path DOCKER = ROOT.resolve("dist/files/docker");
  private static final Set<String> INSTRUCTIONS =
      Set.of(
          "FROM",
          "RUN",
          "COPY",
          "ENV",
          "USER",
          "WORKDIR",
          "VOLUME",
          "EXPOSE",
          "STOPSIGNAL",
          "HEALTHCHECK",
          "ENTRYPOINT",
          "CMD");

  @Test
  void theImageIsNobodysRootHasAHealthCheckAndPinsWhatItIsMadeOf() throws IOException {
    final List<String> lines =
        Files.readAllLines(DOCKER.resolve("Dockerfile")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#") && !line.startsWith(" "))
            .toList();
    assertThat(lines).allMatch(line -> INSTRUCTIONS.contains(line.split(" ", 2)[0]));
    assertThat(lines)
        .filteredOn(line -> line.startsWith("FROM"))
        .hasSize(2)
        .allMatch(line -> line.matches("FROM [a-z-]+:[0-9][a-z0-9.-]*( AS [a-z]+)?"));
    assertThat(lines).contains("USER calimero", "ENTRYPOINT [\"/opt/calimero/calimero\"]");
    assertThat(lines.subList(lines.indexOf("USER calimero"), lines.size()))
        .as("nothing is changed after that")
        .noneMatch(line -> line.startsWith("RUN") || line.startsWith("COPY"));
    assertThat(lines).anyMatch(line -> line.startsWith("HEALTHCHECK"));
  }

  @Test
  void theCompositionMountsWhatThereIsAndPublishesTheApiToThisMachineOnly() throws IOException {
    final JsonObject services = yaml("compose.yaml").getJsonObject("services");
    final JsonObject node = services.getJsonObject("node");
    assertThat(
            DOCKER
                .resolve(node.getJsonObject("build").getString("context"))
                .resolve(node.getJsonObject("build").getString("dockerfile")))
        .exists();
    assertThat(node.getJsonArray("ports").getString(0)).startsWith("127.0.0.1:");
    assertThat(node.getBoolean("read_only")).isTrue();
    final JsonObject prometheus = services.getJsonObject("prometheus");
    assertThat(prometheus.getString("image")).matches("[a-z/]+:v[0-9.]+");
    final Set<String> mounted = new HashSet<>();
    for (final Object volume : prometheus.getJsonArray("volumes")) {
      final String[] ends = volume.toString().split(":", 3);
      assertThat(DOCKER.resolve(ends[0])).exists();
      mounted.add(ends[1]);
    }
    for (final Object file : yaml("prometheus.yml").getJsonArray("rule_files")) {
      assertThat(mounted).contains(file.toString());
    }
  }

  private static JsonObject yaml(final String file) throws IOException {
    final Map<String, Object> read = new Yaml().load(Files.readString(DOCKER.resolve(file)));
    return new JsonObject(read);
  }
}
