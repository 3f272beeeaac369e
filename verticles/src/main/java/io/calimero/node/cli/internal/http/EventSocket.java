// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A node's {@code /ws}, over which it tells what happens. One message at a time is asked for, so
 * that what is not read waits at the node; one of more than 256 MiB ends the connection.
 */
public final class EventSocket implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int MAXIMUM = 256 << 20;

  private final HttpClient http;
  private final Inbox inbox = new Inbox();
  private final WebSocket socket;

  private EventSocket(final HttpClient http, final URI uri, final Duration timeout)
      throws IOException, InterruptedException {
    this.http = http;
    try {
      socket =
          http.newWebSocketBuilder()
              .connectTimeout(CONNECT)
              .buildAsync(uri, inbox)
              .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (final ExecutionException | TimeoutException e) {
      throw new IOException("no WebSocket at " + uri, e);
    }
  }

  /**
   * Connects to a node.
   *
   * @throws IOException if there is none, or it takes longer than the timeout
   */
  public static EventSocket open(final Endpoint endpoint, final Duration timeout)
      throws IOException, InterruptedException {
    final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    try {
      return new EventSocket(
          http, URI.create(endpoint.base().replaceFirst("^http", "ws") + "/ws"), timeout);
    } catch (final IOException | InterruptedException | RuntimeException e) {
      http.shutdownNow();
      throw e;
    }
  }

  /** Sends a message. */
  public void send(final String message) throws IOException, InterruptedException {
    try {
      socket.sendText(message, true).get(CONNECT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (final ExecutionException | TimeoutException e) {
      throw new IOException("the connection was lost", e);
    }
  }

  /**
   * The next message, or nothing if none comes in this time.
   *
   * @throws IOException if the connection is gone and there is no message left
   */
  public Optional<String> next(final Duration time) throws IOException, InterruptedException {
    if (!inbox.asked) {
      inbox.asked = true;
      socket.request(1);
    }
    final Item item = inbox.items.poll(time.toMillis(), TimeUnit.MILLISECONDS);
    if (item == null) {
      return Optional.empty();
    }
    if (item.text == null) {
      inbox.items.add(item);
      throw new IOException("the connection was closed: " + item.reason);
    }
    inbox.asked = false;
    return Optional.of(item.text);
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
    http.close();
  }

  private record Item(@Nullable String text, String reason) {}

  private static final class Inbox implements WebSocket.Listener {
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final StringBuilder parts = new StringBuilder();
    private boolean asked; // of the reader's thread

    @Override
    public void onOpen(final WebSocket socket) {
      // nothing is asked for before the first call of next
    }

    @Override
    public @Nullable CompletionStage<?> onText(
        final WebSocket socket, final CharSequence data, final boolean last) {
      parts.append(data);
      if (parts.length() > MAXIMUM) {
        items.add(new Item(null, "a message is too long"));
        socket.abort();
      } else if (last) {
        items.add(new Item(parts.toString(), ""));
        parts.setLength(0);
      } else {
        socket.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(final WebSocket socket, final ByteBuffer message) {
      socket.request(1); // that was no message
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(
        final WebSocket socket, final int status, final String reason) {
      items.add(new Item(null, status + " " + reason));
      return null;
    }

    @Override
    public void onError(final WebSocket socket, final Throwable error) {
      items.add(new Item(null, String.valueOf(error.getMessage())));
    }
  }
}
