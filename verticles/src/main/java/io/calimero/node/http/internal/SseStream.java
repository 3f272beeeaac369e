// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.http.PushLimits;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.LongSupplier;

/** One response of {@code GET /sse}: records as the HTML standard's event streams have them. */
final class SseStream {
  private static final Buffer COMMENT = Buffer.buffer(":\n\n");

  private final HttpServerResponse response;
  private final HttpConnection connection;
  private final EventJson.Shape shape;
  private final PushLimits limits;
  private final LongSupplier nanoTime;
  private final Outbox outbox;
  private boolean closed;
  private long written;

  SseStream(
      final Exchange exchange,
      final EventJson.Shape shape,
      final Push push,
      final Runnable onReady) {
    this.response = exchange.request().response();
    this.connection = exchange.request().connection();
    this.shape = shape;
    this.limits = push.limits();
    this.nanoTime = push.nanoTime();
    this.outbox = new Outbox(limits.unsent(), nanoTime, response::write, onReady);
    this.written = nanoTime.getAsLong();
  }

  EventJson.Shape shape() {
    return shape;
  }

  boolean ready() {
    return !closed && outbox.ready();
  }

  /** A record with data, which is JSON in one line. */
  void record(final String id, final String more, final Buffer data) {
    write(
        Buffer.buffer(id.length() + data.length() + 64)
            .appendString("event: message\nid: " + id + "\n" + more + "data: ")
            .appendBuffer(data)
            .appendString("\n\n"));
  }

  /** A record without data: the client remembers the id and tells nobody. */
  void remember(final String id) {
    write(Buffer.buffer("id: " + id + "\n\n"));
  }

  /** Looks after the stream; false if the client has not read for too long, and it is closed. */
  boolean tick() {
    if (outbox.isStalled(limits.stallTime())) {
      closed = true;
      Connections.cutOff(connection);
      return false;
    }
    if (nanoTime.getAsLong() - written > limits.commentEvery().toNanos()) {
      write(COMMENT);
    }
    return true;
  }

  /** Ends the stream, after a last record that says why. */
  void close(final String id, final String reason) {
    record(
        id,
        "",
        new JsonText().raw("{\"type\":\"close\",\"reason\":").string(reason).raw("}").toBuffer());
    end();
  }

  /** Ends the stream. */
  void end() {
    closed = true;
    final Future<Void> _ = response.end().onComplete(_ -> connection.close());
  }

  private void write(final Buffer bytes) {
    if (!closed && !response.closed() && !response.ended()) {
      written = nanoTime.getAsLong();
      outbox.write(bytes);
    }
  }
}
