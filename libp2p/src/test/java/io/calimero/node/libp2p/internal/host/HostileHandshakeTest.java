// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.RawSockets.assertAlive;
import static io.calimero.node.libp2p.internal.host.RawSockets.assertHungUp;
import static io.calimero.node.libp2p.internal.host.RawSockets.socket;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.HostLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes that are slow, too large, heard before, or made of pieces of others. */
final class HostileHandshakeTest {
  private static final String WEBSOCKET = "/ip4/127.0.0.1/tcp/0/ws";
  private static final String QUIC = "/ip4/127.0.0.1/udp/0/quic-v1";
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "GET / HTTP/1.1",
          "Host: x",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "",
          "");

  private static final Duration BRIEF = Duration.ofMillis(500);

  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private Host impatient(final String address, final Duration handshake) {
    return hosts.start(
        builder ->
            builder
                .listen(address)
                .limits(
                    HostLimits.DEFAULT.withTimes(
                        handshake, Duration.ofSeconds(10), Duration.ofMinutes(1))));
  }

  private static byte[] ascii(final String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] tls(final String records) {
    final byte[] hello = ascii("\u0013/multistream/1.0.0\n\u000b/tls/1.0.0\n");
    final byte[] rest = HexFormat.of().parseHex(records);
    final byte[] all = Arrays.copyOf(hello, hello.length + rest.length);
    System.arraycopy(rest, 0, all, hello.length, rest.length);
    return all;
  }

  @Test
  void aSlowLorisOnTlsOrAWebSocketIsHungUpOn() throws IOException {
    final Host plain = impatient("/ip4/127.0.0.1/tcp/0", BRIEF);
    final Host web = impatient(WEBSOCKET, BRIEF);
    final List<Socket> slow = new ArrayList<>();
    for (final byte[] start : List.of(tls(""), tls("1603010200"), tls("16030102000100"))) {
      final Socket socket = socket(plain);
      socket.getOutputStream().write(start);
      slow.add(socket);
    }
    for (final String start : List.of("", "GET / HT", UPGRADE.substring(0, 90), UPGRADE)) {
      final Socket socket = socket(web);
      socket.getOutputStream().write(ascii(start));
      slow.add(socket);
    }
    for (final Socket socket : slow) {
      assertHungUp(socket);
    }
    assertAlive(hosts, plain);
    assertAlive(hosts, web);
  }

  @Test
  void whatIsTooLargeOrMakesNoSenseIsHungUpOn() throws IOException {
    final Host plain = impatient("/ip4/127.0.0.1/tcp/0", BRIEF);
    final Host web = impatient(WEBSOCKET, BRIEF);
    // A record of 65 535 bytes, one of an unknown kind, an alert, a handshake of 16 MiB.
    for (final String records :
        List.of(
            "160301ffff" + "00".repeat(20_000),
            "ff0301000401020304",
            "15030100020228",
            "1603010004" + "01ffffff")) {
      final Socket socket = socket(plain);
      send(socket, tls(records));
      assertHungUp(socket);
    }
    final byte[] huge = HexFormat.of().parseHex("82ff" + "0000010000000000" + "01020304");
    final byte[] text = HexFormat.of().parseHex("8184" + "00000000" + "41414141");
    final byte[] unmasked = HexFormat.of().parseHex("820441414141");
    for (final byte[] frame : List.of(huge, text, unmasked)) {
      final Socket socket = socket(web);
      send(socket, ascii(UPGRADE));
      send(socket, frame);
      assertHungUp(socket);
    }
    for (final String request :
        List.of(
            "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\r\nX: " + "a".repeat(100_000) + "\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n" + "a".repeat(9_000),
            "\u0013/multistream/1.0.0\n\r\n\r\n")) {
      final Socket socket = socket(web);
      send(socket, ascii(request));
      assertHungUp(socket);
    }
    assertAlive(hosts, plain);
    assertAlive(hosts, web);
  }

  private static void send(final Socket socket, final byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
    } catch (final IOException e) {
      // The host may have hung up before everything was sent, which is what is hoped for.
      assertThat(e).hasMessageMatching("(?s).*(reset|pipe).*");
    }
  }

  /** What {@code from} says to {@code host} until it has answered a ping, by someone in between. */
  private static byte[] overhear(final Host from, final Host host) throws IOException {
    final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final Thread between =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (Socket in = server.accept();
                        Socket out = socket(host)) {
                      Thread.ofVirtual().start(() -> copy(out, in, new ByteArrayOutputStream()));
                      copy(in, out, heard);
                    } catch (final IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  });
      final Connection connection =
          await(from.connect(Wire.TCP.address(server.getLocalSocketAddress())));
      assertThat(connection.remotePeer()).isEqualTo(host.id());
      assertThat(await(from.ping(host.id()))).isPositive();
      await(connection.close());
      between.join();
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return heard.toByteArray();
  }

  private static void copy(final Socket in, final Socket out, final ByteArrayOutputStream heard) {
    final byte[] part = new byte[8192];
    try {
      for (int n = in.getInputStream().read(part); n > 0; n = in.getInputStream().read(part)) {
        heard.write(part, 0, n);
        out.getOutputStream().write(part, 0, n);
      }
      out.shutdownOutput();
    } catch (final IOException e) {
      // The other direction has closed the socket: this one is over, too.
      assertThat(e).isInstanceOf(SocketException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {HostBuilder.NOISE, HostBuilder.TLS})
  void aHandshakeThatWasOverheardOrIsMadeOfTwoGetsNobodyIn(final String security)
      throws IOException {
    final Host host = hosts.start();
    final Host peer = hosts.start(builder -> builder.security(List.of(security)));
    final byte[] once = overhear(peer, host);
    final byte[] again = overhear(peer, host);
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    final List<byte[]> tries = new ArrayList<>(List.of(once, again));
    for (int i = 0; i < 20; i++) {
      final byte[] spliced = once.clone();
      final int cut = random.nextInt(1, Math.min(once.length, again.length));
      System.arraycopy(again, cut, spliced, cut, Math.min(once.length, again.length) - cut);
      tries.add(spliced);
    }
    for (final byte[] bytes : tries) {
      final Socket socket = socket(host);
      send(socket, bytes);
      socket.shutdownOutput();
      assertHungUp(socket);
    }
    assertThat(host.connections()).as("seed %d", seed).isEmpty();
    assertAlive(hosts, host);
  }

  @Test
  void packetsOfQuicThatWereOverheardGetNobodyIn() throws IOException {
    final Host host = impatient(QUIC, Duration.ofSeconds(5));
    final InetSocketAddress to = Wire.QUIC.socket(host.addresses().getFirst()).orElseThrow();
    final List<byte[]> heard = new ArrayList<>();
    final DatagramSocket trap = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    try (DatagramSocket replay = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      final Thread between = Thread.ofVirtual().start(() -> relay(trap, to, heard));
      final Host peer = hosts.start();
      final Connection connection =
          await(peer.connect(Wire.QUIC.address(trap.getLocalSocketAddress())));
      assertThat(await(peer.ping(host.id()))).isPositive();
      final CompletableFuture<String> over = host.connections().getFirst().closed();
      await(connection.close());
      await(over);
      trap.close();
      between.join();
      for (final byte[] packet : heard) {
        replay.send(new DatagramPacket(packet, packet.length, to));
      }
      assertAlive(hosts, host);
      assertThat(host.connections()).hasSize(1);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      trap.close();
    }
  }

  private static void relay(
      final DatagramSocket trap, final InetSocketAddress host, final List<byte[]> heard) {
    InetSocketAddress peer = host;
    final DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
    try {
      while (true) {
        packet.setLength(4096);
        trap.receive(packet);
        final byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        final boolean answer = packet.getSocketAddress().equals(host);
        if (!answer) {
          peer = (InetSocketAddress) packet.getSocketAddress();
          heard.add(bytes);
        }
        trap.send(new DatagramPacket(bytes, bytes.length, answer ? peer : host));
      }
    } catch (final IOException e) {
      // The test closes the socket when it has heard enough.
      assertThat(trap.isClosed()).isTrue();
    }
  }

  @Test
  void aPeerWithoutACertificateIsHungUpOn() throws IOException, GeneralSecurityException {
    final Host host = hosts.start();
    final SSLContext anonymous = SSLContext.getInstance("TLSv1.3");
    anonymous.init(null, new TrustManager[] {new TrustsAll()}, new SecureRandom());
    final Socket socket = socket(host);
    socket.getOutputStream().write(tls(""));
    assertThat(socket.getInputStream().readNBytes(32)).hasSize(32);
    try (SSLSocket secured =
        (SSLSocket) anonymous.getSocketFactory().createSocket(socket, "localhost", 1, true)) {
      assertThatThrownBy(
              () -> {
                secured.startHandshake();
                if (secured.getInputStream().read() < 0) {
                  throw new SocketException("closed");
                }
              })
          .isInstanceOf(IOException.class);
    }
    assertThat(host.connections()).isEmpty();
    assertAlive(hosts, host);
  }

  /** A client that does not care who answers. */
  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(final X509Certificate[] chain, final String type) {
      throw new UnsupportedOperationException("This is a client");
    }

    @Override
    public void checkServerTrusted(final X509Certificate[] chain, final String type) {
      assertThat(chain).hasSize(1);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
