// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static io.calimero.node.libp2p.internal.host.Hosts.connect;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.internal.async.Futures;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** More of everything than a host can take: it takes what it can, and goes on. */
final class FloodTest {
  private static final int HALF_OPEN = 10_000;

  /** Files that are open besides: class path, journals, other hosts. */
  private static final int OTHER_FILES = 2_000;

  private static final long MOST_GROWTH = 64L << 20;

  private final Hosts hosts = new Hosts();

  @AfterEach
  void stop() {
    hosts.close();
  }

  private static HostLimits limits(final int handshakes, final int seconds) {
    return HostLimits.DEFAULT
        .withHandshakesAndStreams(handshakes, 256)
        .withTimes(Duration.ofSeconds(seconds), Duration.ofSeconds(10), Duration.ofMinutes(1));
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
        + PlatformDependent.usedDirectMemory();
  }

  /** What stays of the memory used since {@code before}: other tests use some for a while. */
  private static long growth(final long before) {
    long least = heap() - before;
    for (int i = 0; i < 20 && least >= MOST_GROWTH; i++) {
      least = Math.min(least, heap() - before);
    }
    return least;
  }

  @Test
  void tenThousandHalfOpenConnectionsNeitherFillTheMemoryNorShutOthersOut() throws IOException {
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof final UnixOperatingSystemMXBean os) {
      Assumptions.assumeTrue(
          os.getMaxFileDescriptorCount() > HALF_OPEN + OTHER_FILES,
          () -> "A process may open too few files here: " + os.getMaxFileDescriptorCount());
    }
    final Host host = hosts.start(builder -> builder.limits(limits(256, 3)));
    final InetSocketAddress to = Wire.TCP.socket(host.addresses().getFirst()).orElseThrow();
    final long before = heap();
    final List<SocketChannel> channels = new ArrayList<>();
    try {
      for (int i = 0; i < HALF_OPEN; i++) {
        final SocketChannel channel = SocketChannel.open();
        channels.add(channel);
        // Peers of many addresses, as far as the machine has them on its loopback.
        if (System.getProperty("os.name").equals("Linux")) {
          channel.bind(new InetSocketAddress("127.0.1." + (1 + i % 50), 0));
        }
        channel.connect(to);
      }
      assertThat(growth(before)).isLessThan(MOST_GROWTH);
      for (final SocketChannel channel : channels) {
        assertHungUp(channel);
      }
    } finally {
      for (final SocketChannel channel : channels) {
        channel.close();
      }
    }
    assertThat(host.connections()).isEmpty();
    final Host friend = hosts.start();
    connect(friend, host);
    assertThat(await(friend.ping(host.id()))).isPositive();
  }

  private static void assertHungUp(final SocketChannel channel) throws IOException {
    final ByteBuffer rest = ByteBuffer.allocate(256);
    try {
      while (channel.read(rest.clear()) >= 0) {
        assertThat(rest.position()).isPositive();
      }
    } catch (final SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Test
  void aFloodOfQuicHandshakesCostsOthersOneMoreRoundTripOnly() throws IOException {
    final Host host =
        hosts.start(
            builder -> builder.limits(limits(20, 60)).listen("/ip4/127.0.0.1/udp/0/quic-v1"));
    final InetSocketAddress to = Wire.QUIC.socket(host.addresses().getFirst()).orElseThrow();
    final Host attacker = hosts.start();
    final List<DatagramSocket> sockets = new ArrayList<>();
    int retries = 0;
    try (DatagramSocket trap = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      trap.setSoTimeout(90_000);
      final Multiaddr there = Wire.QUIC.address(trap.getLocalSocketAddress());
      for (int i = 0; i < 60; i++) {
        // The first packet of a genuine handshake, which is sent on and then left alone.
        Futures.ignore(attacker.connect(there));
        final DatagramPacket first = new DatagramPacket(new byte[2048], 2048);
        trap.receive(first);
        final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        socket.setSoTimeout(90_000);
        socket.send(new DatagramPacket(first.getData(), first.getLength(), to));
        final DatagramPacket answer = new DatagramPacket(new byte[2048], 2048);
        socket.receive(answer);
        if ((answer.getData()[0] & 0xf0) == 0xf0) {
          // RFC 9000, section 17.2.5: the host keeps nothing of this one.
          assertThat(answer.getLength()).isLessThan(first.getLength());
          retries++;
        }
      }
      assertThat(retries).isGreaterThan(20);
      final Host friend = hosts.start();
      connect(friend, host);
      assertThat(await(friend.ping(host.id()))).isPositive();
      assertThat(host.connections()).hasSize(1);
      // Tokens are bound to an address and a time: bytes that only look like one are passed over.
      final byte[] garbage = new byte[1200];
      Arrays.fill(garbage, (byte) 0xc3);
      garbage[1] = 0;
      garbage[2] = 0;
      garbage[3] = 0;
      garbage[4] = 1;
      sockets.getFirst().send(new DatagramPacket(garbage, garbage.length, to));
      assertThat(await(friend.ping(host.id()))).isPositive();
    } finally {
      sockets.forEach(DatagramSocket::close);
    }
  }
}
