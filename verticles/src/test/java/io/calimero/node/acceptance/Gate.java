// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The only way to a node, at a port that stays when the node is started again. While it is shut no
 * byte passes and no connection ends, as on a network that is cut.
 */
final class Gate implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final ServerSocket entrance;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private boolean shut;
  private int target;

  Gate() {
    try {
      entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** What the node behind it announces. */
  String address() {
    return "/ip4/127.0.0.1/tcp/" + entrance.getLocalPort();
  }

  /** Leads to this port from now on. */
  void leadTo(final int port) {
    synchronized (lock) {
      target = port;
      lock.notifyAll();
    }
  }

  void shut(final boolean now) {
    synchronized (lock) {
      shut = now;
      lock.notifyAll();
    }
  }

  private int pass() throws InterruptedException {
    synchronized (lock) {
      while (shut || target == 0) {
        lock.wait();
      }
      return target;
    }
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        final Socket outside = entrance.accept();
        sockets.add(outside);
        Thread.ofVirtual().start(() -> connect(outside));
      } catch (final IOException e) {
        close();
      }
    }
  }

  private void connect(final Socket outside) {
    try {
      final Socket inside = new Socket(InetAddress.getLoopbackAddress(), pass());
      sockets.add(inside);
      Thread.ofVirtual().start(() -> carry(outside, inside));
      carry(inside, outside);
    } catch (final IOException e) {
      // Nobody is behind the gate just now.
      end(outside);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      end(outside);
    }
  }

  private void carry(final Socket from, final Socket to) {
    final byte[] buffer = new byte[BUFFER];
    try {
      final InputStream in = from.getInputStream();
      final OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        pass();
        out.write(buffer, 0, read);
      }
      pass();
    } catch (final IOException e) {
      // One side has gone: so does the other, below.
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(from);
    end(to);
  }

  private void end(final Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    shut(false);
    try {
      entrance.close();
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    sockets.forEach(this::end);
  }
}
