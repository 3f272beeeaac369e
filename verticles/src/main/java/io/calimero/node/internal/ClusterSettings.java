// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.calimero.node.ClusterOptions;
import io.calimero.node.ClusterOptions.Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the settings of the section {@code cluster}. */
public final class ClusterSettings {
  private static final int MAX_PORT = 65_535;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+):(\\d{1,5})");
  private static final String NAME_RULE =
      "must be of letters, digits, dots, hyphens and underscores, 64 at most";

  private ClusterSettings() {}

  /** The options that the settings make; mistakes gather in the settings. */
  public static ClusterOptions of(final Settings settings) {
    final List<String> members = settings.list("cluster.members");
    if (members.isEmpty()) {
      settings.mistake("cluster.members", "must name at least one");
    }
    return new ClusterOptions(
        settings.flag("cluster.enabled"),
        named(settings, "cluster.name", settings.text("cluster.name")),
        settings.optional("cluster.node").map(name -> named(settings, "cluster.node", name)),
        settings.text("cluster.host"),
        settings.number("cluster.port", 1, MAX_PORT),
        settings.number("cluster.bus-port", 0, MAX_PORT),
        address(settings, "cluster.public-address"),
        address(settings, "cluster.bus-public-address"),
        members,
        settings.list("cluster.nodes").stream()
            .map(name -> named(settings, "cluster.nodes", name))
            .toList(),
        settings.time("cluster.silence", Duration.ofMillis(400), Duration.ofMinutes(1)),
        settings.optional("cluster.hazelcast").map(text -> file(settings, text)));
  }

  private static String named(final Settings settings, final String key, final String name) {
    if (!NAME.matcher(name).matches()) {
      settings.mistake(key, NAME_RULE);
    }
    return name;
  }

  private static Optional<Address> address(final Settings settings, final String key) {
    return settings
        .optional(key)
        .flatMap(
            text -> {
              final Matcher matcher = ADDRESS.matcher(text);
              final boolean matches = matcher.matches();
              if (!matches || Integer.parseInt(matcher.group(2)) > MAX_PORT) {
                settings.mistake(key, "must be host:port");
                return Optional.empty();
              }
              return Optional.of(
                  new Address(
                      matcher.group(1).replaceAll("[\\[\\]]", ""),
                      Integer.parseInt(matcher.group(2))));
            });
  }

  private static Path file(final Settings settings, final String text) {
    final Path file = Path.of(text);
    if (!Files.isReadable(file)) {
      settings.mistake("cluster.hazelcast", "must be a file that can be read");
    }
    return file;
  }
}
