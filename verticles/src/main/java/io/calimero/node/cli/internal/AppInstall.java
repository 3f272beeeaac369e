// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Answer;
import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.terminal.Failure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code app install}: from a file that the node can read, or from a URL that it fetches. */
@Command(
    name = "install",
    description = {
      "Install an application and print its identifier.",
      "A file is read by the node, so it must be on the node's machine; a URL is fetched by it."
    })
final class AppInstall extends ClientCommand {
  @Parameters(paramLabel = "FILE|URL", description = "The WebAssembly module.")
  private String source = "";

  @Option(
      names = "--metadata",
      paramLabel = "TEXT",
      description = "What to keep with it, for people and clients.")
  private String metadata = "";

  @Option(
      names = "--hash",
      paramLabel = "BLOB-ID",
      description = "With a URL: refuse what has another blob identifier.")
  private Optional<String> hash = Optional.empty();

  AppInstall(final Workplace workplace) {
    super(workplace);
  }

  @Override
  String waitingFor() {
    return "installing";
  }

  @Override
  void run(final Client node) {
    final Answer answer =
        isUrl(source)
            ? node.post("install-application", urlRequest())
            : installFile(node, file(), metadata);
    if (json()) {
      console().result(answer.body());
    } else {
      console().result(answer.text("applicationId"));
    }
  }

  /** Installs a file, by its absolute name. */
  static Answer installFile(final Client node, final Path file, final String metadata) {
    return node.post(
        "install-dev-application",
        new JsonObject().put("path", file.toString()).put("metadata", bytes(metadata)).encode());
  }

  private String urlRequest() {
    final JsonObject request = new JsonObject().put("url", source);
    hash.ifPresent(id -> request.put("hash", id));
    return request.put("metadata", bytes(metadata)).encode();
  }

  private Path file() {
    if (hash.isPresent()) {
      throw Failure.usage("--hash is for URLs: a file on this machine needs no such check");
    }
    final Path file;
    try {
      file = workplace().place().directory().resolve(source).toAbsolutePath().normalize();
    } catch (final InvalidPathException e) {
      throw Failure.usage("'" + source + "' is neither a file name nor a URL").because(e);
    }
    if (Files.isDirectory(file)) {
      throw Failure.usage(file + " is a directory, not a WebAssembly module");
    }
    if (!Files.isReadable(file)) {
      throw Failure.usage("there is no file " + file + " that can be read");
    }
    return file;
  }

  /** A text as the array of its bytes, as the API wants it. */
  static JsonArray bytes(final String text) {
    final JsonArray bytes = new JsonArray();
    for (final byte each : text.getBytes(StandardCharsets.UTF_8)) {
      bytes.add(each & 0xff);
    }
    return bytes;
  }

  private static boolean isUrl(final String text) {
    final String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("http://")
        || lower.startsWith("https://")
        || lower.startsWith("file://");
  }
}
