// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.vertx.config.yaml.YamlProcessor;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Where settings come from. */
public final class ConfigurationSources {
  private static final String DEFAULTS = "/calimero.yaml";
  private static final String HOME_FILE = "config.yaml";
  private static final String PREFIX = "CALIMERO_";

  private ConfigurationSources() {}

  /**
   * The settings of all sources. A source that cannot be read is one of the mistakes.
   *
   * @param home the directory that may hold a {@code config.yaml}
   * @param source what to call the flags in messages
   * @param flags the strongest settings
   */
  public static Settings read(
      final Path home,
      final Map<String, String> environment,
      final String source,
      final Map<String, String> flags) {
    // On a thread of its own, as reading YAML takes a Vert.x: those of another one must not wait
    // for it.
    return CompletableFuture.supplyAsync(
            () -> readHere(home, environment, source, flags),
            task -> Thread.ofPlatform().name("calimero-configuration").start(task))
        .join();
  }

  private static Settings readHere(
      final Path home,
      final Map<String, String> environment,
      final String source,
      final Map<String, String> flags) {
    final Settings settings = new Settings();
    final Vertx vertx = Vertx.vertx(new VertxOptions().setFileSystemOptions(VertxFiles.UNUSED));
    try {
      settings.defaults("conf/calimero.yaml", flatten(yaml(vertx, packaged())));
      addHomeFile(vertx, home.resolve(HOME_FILE), settings);
    } finally {
      vertx.close().await();
    }
    settings.add("the environment", fromEnvironment(settings, environment));
    settings.add(source, flags);
    return settings;
  }

  /**
   * The settings in a tree, by their names.
   *
   * @param others the keys at the top that are no settings
   */
  public static Map<String, String> settings(final JsonObject tree, final String... others) {
    final Map<String, String> flat = flatten(tree);
    flat.keySet().removeAll(List.of(others));
    return flat;
  }

  private static void addHomeFile(final Vertx vertx, final Path file, final Settings settings) {
    try {
      settings.add(file.toString(), flatten(yaml(vertx, Files.readAllBytes(file))));
    } catch (final NoSuchFileException e) {
      // A home need not have one.
      return;
    } catch (final IOException e) {
      settings.mistake(file + " cannot be read: " + e.getMessage());
    } catch (final RuntimeException e) {
      settings.mistake(file + " is no YAML: " + firstLine(e));
    }
  }

  private static Map<String, String> fromEnvironment(
      final Settings settings, final Map<String, String> environment) {
    final Map<String, String> found = new TreeMap<>();
    for (final String name : settings.names()) {
      final String variable =
          PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
      if (environment.containsKey(variable)) {
        found.put(name, environment.getOrDefault(variable, ""));
      }
    }
    return found;
  }

  private static JsonObject yaml(final Vertx vertx, final byte[] content) {
    if (content.length == 0) {
      return new JsonObject();
    }
    // A file of comments alone holds nothing, and is read as nothing.
    return Objects.requireNonNullElseGet(
        new YamlProcessor().process(vertx, new JsonObject(), Buffer.buffer(content)).await(),
        JsonObject::new);
  }

  private static Map<String, String> flatten(final JsonObject tree) {
    final Map<String, String> flat = new TreeMap<>();
    tree.forEach(
        entry -> {
          if (entry.getValue() instanceof JsonObject inner) {
            flatten(inner).forEach((key, text) -> flat.put(entry.getKey() + "." + key, text));
          } else if (entry.getValue() instanceof JsonArray list) {
            flat.put(entry.getKey(), list.encode());
          } else {
            flat.put(entry.getKey(), String.valueOf(entry.getValue()));
          }
        });
    return flat;
  }

  private static byte[] packaged() {
    try (InputStream in = ConfigurationSources.class.getResourceAsStream(DEFAULTS)) {
      if (in == null) {
        throw new IllegalStateException("the node was packaged without conf/calimero.yaml");
      }
      return in.readAllBytes();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String firstLine(final RuntimeException failure) {
    final String message = String.valueOf(failure.getMessage());
    return message.lines().findFirst().orElse(message);
  }
}
