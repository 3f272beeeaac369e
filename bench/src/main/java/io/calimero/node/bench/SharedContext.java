// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Nodes on loopback, each a process with a home of its own, that share a context of the first. */
final class SharedContext implements AutoCloseable {
  /** Nodes of a measurement talk to nobody but one another, and share the memory. */
  static final Map<String, String> ON_LOOPBACK =
      Map.of("CALIMERO_P2P_HOSTS", "127.0.0.1", "CALIMERO_JAVA_OPTS", "-Xmx2g");

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<Node> nodes;
  private final String context;

  /** Where a log ends, and with which state. */
  record End(long position, String entryHash, String root) {
    static Optional<End> of(final Node node, final String context) throws IOException {
      return node.api()
          .find("contexts/" + context)
          .filter(data -> data.getString("rootHash") != null)
          .map(End::of);
    }

    private static End of(final JsonObject data) {
      return new End(
          data.getLong("position"), data.getString("entryHash"), data.getString("rootHash"));
    }
  }

  private SharedContext(final List<Node> nodes, final String context) {
    this.nodes = nodes;
    this.context = context;
  }

  /** Starts so many nodes, has the first create a context of the module, and the others join it. */
  static SharedContext start(
      final Path root, final Path directory, final Path module, final int count)
      throws IOException {
    final List<Node> nodes = new ArrayList<>();
    try {
      for (int i = 1; i <= count; i++) {
        nodes.add(start(root, directory.resolve("node" + i), ON_LOOPBACK));
      }
      final Node first = nodes.getFirst();
      final String context = first.api().create(first.api().install(module));
      for (final Node other : nodes.subList(1, count)) {
        first.api().invite(other.api(), context);
      }
      return new SharedContext(nodes, context);
    } catch (final IOException | RuntimeException e) {
      nodes.forEach(Node::close);
      throw e;
    }
  }

  /** Starts one node that other nodes can reach. */
  static Node start(final Path root, final Path home, final Map<String, String> settings)
      throws IOException {
    return Node.start(root, List.of("up", "--home", home.toString(), "--p2p-port", "0"), settings);
  }

  String context() {
    return context;
  }

  /** All nodes, the coordinator's first. */
  List<Node> nodes() {
    return nodes;
  }

  List<ProcessHandle> processes() {
    return nodes.stream().map(Node::process).toList();
  }

  /** What each of them has counted so far. */
  List<Counters> counters() throws IOException {
    final List<Counters> counters = new ArrayList<>();
    for (final Node node : nodes) {
      counters.add(Counters.of(node.api().metrics()));
    }
    return counters;
  }

  /** What TCP has carried between them so far, where that is counted. */
  Optional<WireBytes> wire() throws IOException {
    final Set<Integer> ports = new HashSet<>();
    for (final Node node : nodes) {
      ports.add(node.p2pPort());
    }
    return WireBytes.now(ports);
  }

  /**
   * Waits until all have the same entry at the same position, and the same state root there.
   *
   * @throws IOException if that does not come to be, although nobody writes
   */
  End agree() throws IOException {
    return agree(nodes, context, PATIENCE);
  }

  /** As {@link #agree()}, of any nodes that have the context or are getting it. */
  static End agree(final List<Node> nodes, final String context, final Duration patience)
      throws IOException {
    final long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      final Set<Optional<End>> ends = new HashSet<>();
      for (final Node node : nodes) {
        ends.add(End.of(node, context));
      }
      final Optional<End> one = ends.iterator().next();
      if (ends.size() == 1 && one.isPresent()) {
        return one.get();
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("the nodes do not agree: " + ends);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  @Override
  public void close() {
    nodes.forEach(Node::close);
  }
}
