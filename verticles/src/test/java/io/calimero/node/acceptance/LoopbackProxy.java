// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands before a port of this machine, and can cut everybody off from it. */
final class LoopbackProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  LoopbackProxy(final int target) {
    this.target = target;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Ends all connections, and every new one as soon as it is made. */
  void cut() {
    cut = true;
    sockets.forEach(LoopbackProxy::end);
  }

  /** Lets new connections through. */
  void heal() {
    cut = false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        final Socket from = server.accept();
        Thread.ofVirtual().start(() -> connect(from));
      } catch (final IOException e) {
        return; // closed
      }
    }
  }

  private void connect(final Socket from) {
    final Socket to = new Socket();
    sockets.add(from);
    sockets.add(to);
    try {
      to.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      if (cut) {
        throw new IOException("cut");
      }
      Thread.ofVirtual().start(() -> pump(to, from));
      pump(from, to);
    } catch (final IOException e) {
      end(from);
      end(to);
    }
  }

  private void pump(final Socket from, final Socket to) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    } catch (final IOException e) {
      // one side is gone: so is the other
    } finally {
      end(from);
      end(to);
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void end(final Socket socket) {
    try {
      socket.close();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
