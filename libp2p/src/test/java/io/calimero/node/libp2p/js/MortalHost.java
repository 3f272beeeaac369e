// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.js;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.host.Hosts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A host in a process of its own, with a connection and a stream, that can be killed. */
final class MortalHost implements AutoCloseable {
  private final Process process;
  private final String id;

  private MortalHost(final Process process, final String id) {
    this.process = process;
    this.id = id;
  }

  /** Starts one that has spoken with the peer when this returns. */
  static MortalHost start(final JsPeer peer) {
    try {
      final Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "--sun-misc-unsafe-memory-access=allow",
                  "-cp",
                  System.getProperty("java.class.path"),
                  MortalHost.class.getName(),
                  peer.id().toString(),
                  peer.addresses().getFirst().toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      final BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
      final String line = output.readLine();
      if (line == null) {
        throw new IllegalStateException("it ended before it had connected");
      }
      return new MortalHost(process, line);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its peer id. */
  String id() {
    return id;
  }

  /** Kills it without a word to its peers. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }

  /** Connects, echoes once, says who it is, and waits for its end. */
  public static void main(final String[] arguments) throws IOException {
    try (Hosts hosts = new Hosts()) {
      final Host host = hosts.start();
      final Connection connection =
          await(host.connect(PeerId.parse(arguments[0]), List.of(Multiaddr.parse(arguments[1]))));
      final Stream stream = await(connection.openStream(List.of(ECHO)));
      await(stream.write(new byte[1000]));
      await(stream.read());
      System.out.println(host.id());
      final int _ = System.in.read();
    }
  }
}
