// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The ports that a host listens on, for dials to leave from: a router on the way then maps both to
 * the same port, and hands what the dialled peer sends there on to this host. Does nothing unless
 * wanted, or where the system does not let ports be shared.
 */
final class LocalPorts {
  private static final SocketOption<Boolean> SHARED = StandardSocketOptions.SO_REUSEPORT;

  private final boolean wanted;
  private final List<InetSocketAddress> bound = new CopyOnWriteArrayList<>();

  LocalPorts(final boolean wanted) {
    this.wanted = wanted;
  }

  /** Prepares a socket that is to share its port, if the system can. */
  void share(final AbstractBootstrap<?, ?> bootstrap) {
    if (wanted) {
      // Netty passes over options that the system does not know, and says so at debug level.
      bootstrap.option(ChannelOption.SO_REUSEADDR, true);
      bootstrap.option(NioChannelOption.of(SHARED), true);
    }
  }

  /** This host listens at {@code address}. */
  void listening(final SocketAddress address) {
    if (wanted && address instanceof final InetSocketAddress socket) {
      bound.add(socket);
    }
  }

  /** From where {@code target} is to be dialled. */
  Optional<InetSocketAddress> from(final InetSocketAddress target) {
    return bound.stream()
        .filter(local -> leads(local.getAddress(), target.getAddress()))
        .findFirst();
  }

  private static boolean leads(final InetAddress local, final InetAddress target) {
    final boolean sameFamily = local instanceof Inet4Address == target instanceof Inet4Address;
    return sameFamily
        && (local.isAnyLocalAddress() || local.isLoopbackAddress() == target.isLoopbackAddress());
  }

  /**
   * Whether a dial failed for its port, as when there is a connection between these two already.
   */
  static boolean taken(final @Nullable Throwable failure) {
    return failure instanceof SocketException && !(failure instanceof ConnectException);
  }
}
