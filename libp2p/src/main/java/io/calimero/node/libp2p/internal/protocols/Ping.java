// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.protocols;

import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Ping: 32 bytes there and back again (ping specification). */
public final class Ping {
  /** The protocol's name. */
  public static final String ID = "/ipfs/ping/1.0.0";

  private static final int SIZE = 32;
  private static final int TIMEOUT_SECONDS = 20;

  private Ping() {}

  /** Sends back whatever arrives, at the pace the peer reads it, and closes when the peer does. */
  public static void answer(final Stream stream) {
    Futures.ignore(
        stream
            .read()
            .whenComplete(
                (bytes, failure) -> {
                  if (failure != null) {
                    stream.reset();
                  } else if (bytes.length == 0) {
                    Futures.ignore(stream.closeWrite());
                  } else {
                    Futures.ignore(stream.write(bytes).thenRun(() -> answer(stream)));
                  }
                }));
  }

  /** How long a round trip over {@code connection} takes by {@code nanoTime}. */
  public static CompletableFuture<Duration> ping(
      final Connection connection, final SecureRandom random, final LongSupplier nanoTime) {
    final byte[] sent = new byte[SIZE];
    random.nextBytes(sent);
    return connection
        .openStreamEvenIfLimited(List.of(ID))
        .thenCompose(
            stream -> {
              final long start = nanoTime.getAsLong();
              return stream
                  .write(sent)
                  .thenCompose(done -> collect(stream, new byte[0]))
                  .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                  .thenApply(
                      received -> {
                        final Duration trip = Duration.ofNanos(nanoTime.getAsLong() - start);
                        if (!Arrays.equals(sent, received)) {
                          throw new MalformedException("The peer answered a ping with other bytes");
                        }
                        return trip;
                      })
                  .whenComplete((trip, failure) -> end(stream, failure));
            });
  }

  private static CompletableFuture<byte[]> collect(final Stream stream, final byte[] before) {
    return stream
        .read()
        .thenCompose(
            bytes -> {
              if (bytes.length == 0 || before.length + bytes.length > SIZE) {
                throw new MalformedException("The peer answered a ping with too few or many bytes");
              }
              final byte[] now = Arrays.copyOf(before, before.length + bytes.length);
              System.arraycopy(bytes, 0, now, before.length, bytes.length);
              return now.length == SIZE
                  ? CompletableFuture.completedFuture(now)
                  : collect(stream, now);
            });
  }

  private static void end(final Stream stream, final Throwable failure) {
    if (failure != null) {
      stream.reset();
      return;
    }
    Futures.ignore(stream.closeWrite());
    Futures.ignore(
        stream
            .read()
            .whenComplete(
                (bytes, broken) -> {
                  if (broken == null && bytes.length > 0) {
                    stream.reset();
                  }
                }));
  }
}
