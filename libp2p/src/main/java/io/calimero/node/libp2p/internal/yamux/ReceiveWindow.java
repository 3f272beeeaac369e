// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import io.calimero.node.libp2p.internal.async.Inbox;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;

/**
 * The incoming side of a stream: what waits for the reader, and how much more the peer may send.
 *
 * <p>The window grows while the reader keeps up with the peer: when half of it was used within four
 * round trips, it was the window that held the peer back.
 */
final class ReceiveWindow {
  private final YamuxSession session;
  private final long id;
  private final Inbox inbox = new Inbox(() -> {}, this::taken);

  /** What the peer may still send, in bytes. */
  private long window = YamuxConfig.INITIAL_WINDOW;

  /** How large the window is when nothing waits. */
  private int size = YamuxConfig.INITIAL_WINDOW;

  /** What was read and not yet granted anew. */
  private int consumed;

  private long lastUpdate;

  ReceiveWindow(final YamuxSession session, final long id) {
    this.session = session;
    this.id = id;
    lastUpdate = session.now();
  }

  long window() {
    return window;
  }

  int grownBy() {
    return size - YamuxConfig.INITIAL_WINDOW;
  }

  boolean ended() {
    return inbox.ended();
  }

  void expect(final long length) {
    window -= length;
  }

  void receive(final ByteBuf part) {
    inbox.receive(part);
  }

  void read(final CompletableFuture<byte[]> read) {
    inbox.read(read);
  }

  void end() {
    inbox.end();
  }

  void fail(final String reason) {
    inbox.fail(reason);
  }

  private void taken(final int length) {
    consumed += length;
    if (!inbox.ended()) {
      grant();
    }
  }

  private void grant() {
    if (consumed < size / 2) {
      return;
    }
    final long now = session.now();
    int more = consumed;
    if (now - lastUpdate < 4 * session.roundTrip() && size < session.config().maxWindow()) {
      final int grown = session.grow(Math.min(size, session.config().maxWindow() - size));
      size += grown;
      more += grown;
    }
    lastUpdate = now;
    consumed = 0;
    window += more;
    session.control(new Frame(Frame.WINDOW_UPDATE, 0, id, more));
  }
}
