// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A node behind a gate, and somebody who writes there. */
final class Member implements AutoCloseable {
  private static final Pattern P2P_PORT = Pattern.compile("\\| p2p (\\d+) ");
  private static final long PACE_MILLIS = 400;

  private final String name;
  private final Path home;
  private final Gate gate = new Gate();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicInteger written = new AtomicInteger();
  private volatile @Nullable NodeProcess process;
  private volatile @Nullable NodeClient client;
  private volatile boolean writing;
  private CompletableFuture<Boolean> writer = CompletableFuture.completedFuture(true);

  Member(final Path directory, final String name) {
    this.name = name;
    home = directory.resolve(name);
  }

  /** Starts the node; done when it answers. */
  Member start() {
    final NodeProcess started =
        NodeProcess.startLight(
            home, Map.of("LOG_SEGMENT_SIZE", "1MiB", "P2P_ANNOUNCE", gate.address()));
    final Matcher port = P2P_PORT.matcher(started.output());
    if (!port.find()) {
      throw new AssertionError("it says no port for nodes:\n" + started.output());
    }
    gate.leadTo(Integer.parseInt(port.group(1)));
    process = started;
    client = new NodeClient(started);
    return this;
  }

  NodeClient node() {
    return Objects.requireNonNull(client);
  }

  Gate gate() {
    return gate;
  }

  /** As {@code kill -9}. */
  void kill() {
    Objects.requireNonNull(process).kill();
    node().close();
  }

  /** Sends the process a signal by its name. */
  void signal(final String signal) {
    final List<String> command =
        List.of("kill", "-" + signal, Long.toString(Objects.requireNonNull(process).pid()));
    try {
      if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
        throw new AssertionError(command + " failed");
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Writes one value after the other from now on, whatever comes of it. */
  void write(final String context) {
    writing = true;
    writer = next(context);
  }

  private CompletableFuture<Boolean> next(final String context) {
    if (!writing) {
      return CompletableFuture.completedFuture(true);
    }
    final String key = name + written.incrementAndGet();
    return node()
        .callAsync("execute", context, "set", JsonObject.of("key", key, "value", key))
        .handle(
            (answer, failure) ->
                failure == null && answer.containsKey("result") && acknowledged.add(key))
        .thenCompose(_ -> pause())
        .thenCompose(_ -> next(context));
  }

  private static CompletableFuture<Boolean> pause() {
    return new CompletableFuture<Boolean>()
        .completeOnTimeout(true, PACE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Ends writing, once the last write is answered or failed. */
  void rest() {
    writing = false;
    NodeClient.join(writer);
  }

  /** The keys of the writes that were acknowledged. */
  Set<String> acknowledged() {
    return acknowledged;
  }

  @Override
  public void close() {
    writing = false;
    final NodeProcess running = process;
    if (running != null) {
      running.close();
      node().close();
    }
    gate.close();
  }
}
