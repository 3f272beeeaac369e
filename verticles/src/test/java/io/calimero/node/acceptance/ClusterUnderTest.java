// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.multimap.MultiMap;
import io.calimero.node.CalimeroCluster;
import io.calimero.node.CalimeroNode;
import io.calimero.node.NodeConfiguration;
import io.calimero.node.NodeStartException;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A cluster on this machine that no other test is in. */
final class ClusterUnderTest {
  private static final String SILENCE = "2s";
  private static final int FIRST_PORT = 12_000;
  private static final int LAST_PORT = 30_000;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String name = "test-" + Long.toString(System.nanoTime(), 36);
  private final List<Integer> ports;

  /** A cluster of so many JVMs at most. */
  ClusterUnderTest(final int members) {
    ports = freePorts(members);
  }

  /** The port of a member. */
  int port(final int member) {
    return ports.get(member);
  }

  /** The settings of a member as they stand in the environment of a process. */
  Map<String, String> environment(final int member) {
    return settings(member).entrySet().stream()
        .collect(
            Collectors.toMap(
                each -> each.getKey().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'),
                Map.Entry::getValue));
  }

  /** The settings of a member. */
  Map<String, String> settings(final int member) {
    final Map<String, String> settings = new TreeMap<>();
    settings.put("cluster.enabled", "true");
    settings.put("cluster.name", name);
    settings.put("cluster.silence", SILENCE);
    settings.put("cluster.port", Integer.toString(ports.get(member)));
    settings.put("cluster.members", members().encode());
    return settings;
  }

  private JsonArray members() {
    final JsonArray members = new JsonArray();
    ports.forEach(port -> members.add("127.0.0.1:" + port));
    return members;
  }

  /** A node in this JVM. */
  CalimeroNode node(final int member, final Path home, final String node)
      throws NodeStartException {
    final Map<String, String> settings = settings(member);
    settings.put("cluster.node", node);
    settings.put("node.parts", "execution,context");
    return CalimeroNode.start(NodeConfiguration.load(home, Map.of(), settings));
  }

  /** A gateway in this JVM. */
  CalimeroNode gateway(final int member, final Path nowhere) throws NodeStartException {
    final Map<String, String> settings = settings(member);
    settings.put("node.parts", "http");
    settings.put("http.port", "0");
    return CalimeroNode.start(NodeConfiguration.load(nowhere, Map.of(), settings));
  }

  /** A service in this JVM. */
  Vertx service(final int member) throws NodeStartException {
    return service(member, new JsonObject());
  }

  /** A service in this JVM, with more settings. */
  Vertx service(final int member, final JsonObject more) throws NodeStartException {
    return CalimeroCluster.join(section(member).mergeIn(more));
  }

  /** The section {@code cluster} of the configuration of a service. */
  JsonObject section(final int member) {
    return new JsonObject()
        .put("name", name)
        .put("port", ports.get(member))
        .put("members", members());
  }

  /**
   * All that the members of this JVM's part of the cluster have told one another is lost, as it is
   * when a cluster heals while the members of one half still remove those of the other.
   */
  void forgetsWhoListens() {
    final HazelcastInstance one =
        Hazelcast.getAllHazelcastInstances().stream()
            .filter(each -> each.getConfig().getClusterName().equals(name))
            .findFirst()
            .orElseThrow();
    final MultiMap<Object, Object> listeners = one.getMultiMap("__vertx.subs");
    listeners.entrySet().forEach(each -> listeners.remove(each.getKey(), each.getValue()));
    one.getMap("__vertx.nodeInfo").clear();
  }

  /**
   * Ports that the system gives to nobody of itself. Who looks for a member that was killed
   * connects again and again, and is given one of those; sometimes the very one that it looks for,
   * on which it then meets itself, and the member cannot start again.
   */
  private static List<Integer> freePorts(final int count) {
    final Random random = new Random();
    final Set<Integer> ports = new LinkedHashSet<>();
    while (ports.size() < count) {
      final int port = random.nextInt(FIRST_PORT, LAST_PORT);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        ports.add(port);
      } catch (final BindException e) {
        // somebody has it: another one
      } catch (final IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return List.copyOf(ports);
  }

  static <T> T await(final Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (final ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The problem that a command fails with. */
  static Code problem(final Future<?> future) {
    try {
      throw new AssertionError("it did not fail: " + await(future));
    } catch (final AssertionError e) {
      if (e.getCause() instanceof ExecutionException failed
          && failed.getCause() instanceof NodeException known) {
        return known.problem().code();
      }
      throw e;
    }
  }

  /** Asks again until it works, as a client of a cluster does that is in disorder. */
  static <T> T eventually(final Supplier<Future<T>> command) {
    final List<T> answer = new ArrayList<>();
    final Deque<AssertionError> refusals = new ArrayDeque<>();
    try {
      until(
          () -> {
            try {
              answer.add(await(command.get()));
              return true;
            } catch (final AssertionError e) {
              refusals.addLast(e);
              return false;
            }
          });
    } catch (final AssertionError e) {
      throw new AssertionError(
          "refused " + refusals.size() + " times, in the end so:", refusals.peekLast());
    }
    return answer.getFirst();
  }

  /** Waits for what nobody tells of, looking a few times a second. */
  static void until(final BooleanSupplier condition) {
    final long deadline =
        System.nanoTime() + TimeUnit.SECONDS.toNanos(NodeProcess.PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it never came to be");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
