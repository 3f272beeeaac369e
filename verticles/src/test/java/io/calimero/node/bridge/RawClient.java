// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge;

import io.vertx.core.json.JsonObject;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client of the TCP bridge that sends whatever it is told to. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  RawClient(final int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = new DataOutputStream(socket.getOutputStream());
  }

  void bytes(final byte... bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  void frame(final byte[] content) throws IOException {
    out.writeInt(content.length);
    bytes(content);
  }

  void send(final JsonObject message) throws IOException {
    frame(message.encode().getBytes(StandardCharsets.UTF_8));
  }

  void send(final String address, final Object body, final String reply) throws IOException {
    send(
        new JsonObject()
            .put("type", "send")
            .put("address", address)
            .put("replyAddress", reply)
            .put("body", body));
  }

  void register(final String address) throws IOException {
    send(new JsonObject().put("type", "register").put("address", address));
  }

  JsonObject next() throws IOException {
    return new JsonObject(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
  }

  /** What it hears next, after everything sent before was taken. */
  void settle() throws IOException {
    send(new JsonObject().put("type", "ping"));
    if (!next().equals(new JsonObject().put("type", "pong"))) {
      throw new AssertionError("something else than a pong came");
    }
  }

  /** Whether the bridge ends the connection, after whatever it has to say. */
  boolean isEnded() throws IOException {
    try {
      while (in.read() >= 0) {
        // what was under way
      }
      return true;
    } catch (final EOFException | SocketException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
