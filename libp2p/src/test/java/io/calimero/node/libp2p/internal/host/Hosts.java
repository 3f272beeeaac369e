// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.protocols.Ping;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Hosts for one test, stopped at its end. */
public final class Hosts implements AutoCloseable {
  /** Sends back what it gets. */
  public static final String ECHO = "/test/echo/1.0.0";

  private static final long PATIENCE_SECONDS = 90;

  private final List<Host> hosts = new ArrayList<>();

  /** A host that listens on loopback and serves an echo. */
  public Host start(final UnaryOperator<HostBuilder> options) {
    return start(options, host -> {});
  }

  /** As above, with the identity of {@code key}. */
  public Host start(final UnaryOperator<HostBuilder> options, final PrivateKey key) {
    return start(options, key, host -> {});
  }

  /** As above; {@code before} is given the host before it starts. */
  public Host start(final UnaryOperator<HostBuilder> options, final Consumer<Host> before) {
    return start(options, PrivateKey.generate(new SecureRandom()), before);
  }

  private Host start(
      final UnaryOperator<HostBuilder> options, final PrivateKey key, final Consumer<Host> before) {
    final HostBuilder builder = new HostBuilder(key).listen("/ip4/127.0.0.1/tcp/0");
    final Host host = options.apply(builder).build();
    hosts.add(host);
    before.accept(host);
    await(host.start());
    host.handle(ECHO, Hosts::echo);
    return host;
  }

  /** A host with the defaults. */
  public Host start() {
    return start(builder -> builder);
  }

  /** Connects one host to another. */
  public static Connection connect(final Host from, final Host to) {
    return await(from.connect(to.id(), to.addresses()));
  }

  /** Waits for {@code future}; its failure is thrown as it is. */
  public static <T> T await(final CompletableFuture<T> future) {
    try {
      return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    } catch (final RuntimeException e) {
      if (Futures.cause(e) instanceof final RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Sends back what {@code stream} brings, at the pace of the reader. */
  public static void echo(final Stream stream) {
    Ping.answer(stream);
  }

  /** Everything up to the end of {@code stream}. */
  public static byte[] readAll(final Stream stream) {
    final ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] next = await(stream.read()); next.length > 0; next = await(stream.read())) {
      all.writeBytes(next);
    }
    return all.toByteArray();
  }

  @Override
  public void close() {
    hosts.forEach(host -> await(host.stop()));
  }
}
