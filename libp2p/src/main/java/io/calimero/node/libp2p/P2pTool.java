// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a foreign node from the command line: {@code ping}, {@code info} and {@code echo}, each
 * with the address of the node. Blocks until it is done.
 */
public final class P2pTool {
  private static final int PINGS = 3;
  private static final int ECHO_BYTES = 1 << 20;
  private static final int PATIENCE_SECONDS = 30;
  private static final String USAGE =
      """
      usage: ping MULTIADDR                 three round trips
             info MULTIADDR                 what the node says of itself
             echo MULTIADDR [PROTOCOL]      sends 1 MiB to an echo and checks what comes back
      A MULTIADDR is like /ip4/127.0.0.1/tcp/2428/p2p/12D3Koo...; without /p2p whoever answers will do.
      """;

  private final PrintStream out;

  private P2pTool(final PrintStream out) {
    this.out = out;
  }

  /** Does what {@code arguments} say; the exit code of the process. */
  public static int run(final List<String> arguments, final PrintStream out) {
    if (arguments.size() < 2) {
      out.print(USAGE);
      return 2;
    }
    final Host host = new HostBuilder(PrivateKey.generate(new SecureRandom())).threads(1).build();
    try {
      await(host.start());
      return new P2pTool(out).act(host, arguments);
    } catch (final CompletionException e) {
      out.println(e.getCause() == null ? e.toString() : e.getCause().getMessage());
      return 1;
    } catch (final MalformedException e) {
      out.println(e.getMessage());
      return 2;
    } finally {
      await(host.stop());
    }
  }

  private int act(final Host host, final List<String> arguments) {
    final Told told = new Told();
    host.addListener(told);
    final Connection connection = await(host.connect(Multiaddr.parse(arguments.get(1))));
    out.printf(
        "connected to %s by %s and %s%n",
        connection.remotePeer(), connection.security(), connection.muxer());
    return switch (arguments.get(0)) {
      case "ping" -> ping(host, connection.remotePeer());
      case "info" -> info(await(told.info));
      case "echo" -> echo(connection, arguments.size() > 2 ? arguments.get(2) : "/test/echo/1.0.0");
      default -> {
        out.print(USAGE);
        yield 2;
      }
    };
  }

  private int ping(final Host host, final PeerId peer) {
    for (int i = 0; i < PINGS; i++) {
      final Duration trip = await(host.ping(peer));
      out.printf("%d µs%n", TimeUnit.NANOSECONDS.toMicros(trip.toNanos()));
    }
    return 0;
  }

  private int info(final PeerInfo info) {
    out.printf("agent     %s%nfamily    %s%n", info.agentVersion(), info.protocolVersion());
    info.observedAddress().ifPresent(address -> out.printf("sees us   %s%n", address));
    info.listenAddresses().forEach(address -> out.printf("listens   %s%n", address));
    info.protocols().forEach(protocol -> out.printf("speaks    %s%n", protocol));
    return 0;
  }

  private int echo(final Connection connection, final String protocol) {
    final Stream stream = await(connection.openStream(List.of(protocol)));
    final byte[] sent = new byte[ECHO_BYTES];
    new SecureRandom().nextBytes(sent);
    final long start = System.nanoTime();
    final CompletableFuture<Void> written =
        stream.write(sent).thenCompose(done -> stream.closeWrite());
    int at = 0;
    boolean same = true;
    for (byte[] next = await(stream.read()); next.length > 0; next = await(stream.read())) {
      for (final byte one : next) {
        same &= at < sent.length && one == sent[at];
        at++;
      }
    }
    await(written);
    final long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
    out.printf("%d bytes came back, %s, in %d µs%n", at, same ? "the same" : "other ones", micros);
    return same && at == sent.length ? 0 : 1;
  }

  private static <T> T await(final CompletableFuture<T> future) {
    return future.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Waits for what the node says of itself. */
  private static final class Told implements HostListener {
    private final CompletableFuture<PeerInfo> info = new CompletableFuture<>();

    @Override
    public void identified(final Connection connection, final PeerInfo info) {
      this.info.complete(info);
    }
  }
}
