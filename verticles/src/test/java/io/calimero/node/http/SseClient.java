// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Reads an event stream off a bare socket, as the HTML standard says. */
final class SseClient implements AutoCloseable {
  private static final int BUFFER = 8192;

  private final Socket socket;
  private final BufferedReader reader;
  private final String status;
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private String lastEventId = "";

  /**
   * A record.
   *
   * @param event its type
   * @param id the last id so far
   * @param data its data
   */
  record Message(String event, String id, String data) {
    JsonObject json() {
      return new JsonObject(data);
    }

    long position() {
      return json().getJsonObject("result").getJsonObject("calimero_receipt").getLong("position");
    }
  }

  SseClient(final PushingNode node, final String... requestHeaders) throws IOException {
    this(node.node().connect(), "/sse", requestHeaders);
  }

  SseClient(final Socket socket, final String path, final String... requestHeaders)
      throws IOException {
    this.socket = socket;
    final StringBuilder request =
        new StringBuilder(
            "GET " + path + " HTTP/1.1\r\nHost: node\r\nAccept: text/event-stream\r\n");
    for (final String header : requestHeaders) {
      request.append(header).append("\r\n");
    }
    socket
        .getOutputStream()
        .write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    final InputStream input = new BufferedInputStream(socket.getInputStream());
    status = headLine(input);
    for (String line = headLine(input); !line.isEmpty(); line = headLine(input)) {
      final String[] parts = line.split(": ", 2);
      headers.put(parts[0], parts[1]);
    }
    reader =
        new BufferedReader(
            new InputStreamReader(new Chunks(input), StandardCharsets.UTF_8), BUFFER);
  }

  String status() {
    return status;
  }

  String header(final String name) {
    return headers.getOrDefault(name, "");
  }

  String lastEventId() {
    return lastEventId;
  }

  /** Reads until the next comment. */
  void awaitComment() throws IOException {
    while (!line().startsWith(":")) {
      // what carries data is of no interest here
    }
  }

  /** The next record that has data; others are noted. */
  Message next() {
    try {
      String event = "message";
      String id = lastEventId;
      StringBuilder data = null;
      while (true) {
        final String line = line();
        if (line.isEmpty()) {
          lastEventId = id;
          if (data != null) {
            return new Message(event, id, data.toString());
          }
        } else if (line.startsWith("event: ")) {
          event = line.substring(7);
        } else if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("data: ")) {
          data = new StringBuilder(line.substring(6));
        }
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads until the server ends the stream. */
  void drain() throws IOException {
    while (reader.readLine() != null) {
      // until the end
    }
  }

  private String line() throws IOException {
    final String line = reader.readLine();
    if (line == null) {
      throw new IOException("the stream has ended");
    }
    return line;
  }

  private static String headLine(final InputStream input) throws IOException {
    final StringBuilder line = new StringBuilder();
    for (int c = input.read(); c >= 0 && c != '\n'; c = input.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** What is in the chunks of a body (RFC 9112, 7.1). */
  private static final class Chunks extends InputStream {
    private final InputStream input;
    private int left;
    private boolean ended;

    Chunks(final InputStream input) {
      this.input = input;
    }

    @Override
    public int read() throws IOException {
      final byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
      if (left == 0 && !ended) {
        final String size = headLine(input);
        left = size.isEmpty() ? 0 : Integer.parseInt(size, 16);
        ended = left == 0;
      }
      if (ended) {
        return -1;
      }
      final int count = input.read(target, offset, Math.min(left, length));
      left -= Math.max(0, count);
      if (left == 0) {
        headLine(input);
      }
      return count;
    }
  }
}
