// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Fetches modules from where their URLs say they are. Blocks. */
final class ModuleSource {
  private static final int HTTP_OK = 200;
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final int maxBytes;
  private final Duration timeout;

  /**
   * A module and where it is.
   *
   * @param source the URL, that of a file made canonical
   * @param bytes the module
   */
  record Fetched(String source, Bytes bytes) {}

  ModuleSource(final int maxBytes, final Duration timeout) {
    this.maxBytes = maxBytes;
    this.timeout = timeout;
  }

  /**
   * Reads a module.
   *
   * @throws NodeException {@code INVALID_REQUEST} or {@code SOURCE_UNAVAILABLE}
   */
  Fetched fetch(final String source) {
    final URI uri;
    try {
      uri = new URI(source);
    } catch (final URISyntaxException e) {
      throw invalid("the source " + source + " is no URL: " + e.getReason());
    }
    final String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    return switch (scheme) {
      case "file" -> fromFile(uri);
      case "http", "https" -> fromWeb(uri);
      default -> throw invalid("the source " + source + " must be a file:, http: or https: URL");
    };
  }

  private Fetched fromFile(final URI uri) {
    try {
      final Path file = Path.of(uri).toRealPath();
      if (!Files.isRegularFile(file)) {
        throw unavailable(file + " is no regular file");
      }
      try (InputStream in = Files.newInputStream(file)) {
        return new Fetched(file.toUri().toString(), read(in, file.toString()));
      }
    } catch (final IllegalArgumentException e) {
      throw invalid("the source " + uri + " names no file: " + e.getMessage());
    } catch (final IOException e) {
      throw unavailable("cannot read " + uri + ": " + reason(e));
    }
  }

  private Fetched fromWeb(final URI uri) {
    final HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    try {
      final HttpResponse<byte[]> response =
          client
              .sendAsync(
                  HttpRequest.newBuilder(uri).GET().build(),
                  BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes))
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != HTTP_OK) {
        throw unavailable(uri + " answered with status " + response.statusCode());
      }
      return new Fetched(uri.toString(), Bytes.wrap(response.body()));
    } catch (final IllegalArgumentException e) {
      throw invalid("the source " + uri + " cannot be asked: " + e.getMessage());
    } catch (final TimeoutException e) {
      throw unavailable("reading " + uri + " took longer than " + timeout.toMillis() + " ms");
    } catch (final ExecutionException e) {
      throw unavailable("cannot read " + uri + ": " + e.getCause());
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("reading " + uri + " was interrupted");
    } finally {
      // Whatever still comes is not waited for.
      client.shutdownNow();
    }
  }

  private Bytes read(final InputStream in, final String from) throws IOException {
    final byte[] bytes = in.readNBytes(maxBytes + 1);
    if (bytes.length > maxBytes) {
      throw Problem.of(
              Code.INVALID_MODULE, from + " is larger than a module may be: " + maxBytes + " bytes")
          .toException();
    }
    return Bytes.wrap(bytes);
  }

  private static String reason(final IOException failure) {
    return failure.getMessage() == null
        ? failure.getClass().getSimpleName()
        : failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  private static NodeException invalid(final String message) {
    return Problem.of(Code.INVALID_REQUEST, message).toException();
  }

  private static NodeException unavailable(final String message) {
    return Problem.of(Code.SOURCE_UNAVAILABLE, message).toException();
  }
}
