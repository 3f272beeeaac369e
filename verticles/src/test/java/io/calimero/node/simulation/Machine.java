// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static io.calimero.node.simulation.VirtualTime.MICROSECOND;
import static io.calimero.node.simulation.VirtualTime.MILLISECOND;
import static io.calimero.node.simulation.VirtualTime.SECOND;

import io.calimero.node.catchup.internal.CatchupCore;
import io.calimero.node.context.ContextOptions;
import io.calimero.node.context.internal.ContextCore;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.Traces;
import io.calimero.node.events.peers.PeerMessage;
import io.calimero.node.execution.ExecutionOptions;
import io.calimero.node.execution.SnapshotOptions;
import io.calimero.node.execution.internal.ExecutionCore;
import io.calimero.node.execution.internal.Pools;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.wasm.EngineOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A machine with its disk, and the node that runs on it, if one does. */
final class Machine {
  /** Some day in 2023, in nanoseconds. */
  private static final long BEGINNING = 1_700_000_000_000_000_000L;

  private static final SnapshotOptions SNAPSHOTS =
      new SnapshotOptions(4, 1 << 20, 1 << 20, 0, 1 << 30, 1, Duration.ofSeconds(1));

  private final World world;
  private final Wires wires;
  private final String peer;
  private final Path configurations;
  private final Endpoint.Tampering tampering;
  private final MemoryLog.Disk disk = new MemoryLog.Disk();
  private final MemoryBlobs blobs = new MemoryBlobs();
  private final MemoryEpochKeys epochKeys = new MemoryEpochKeys();
  private final MemoryRecords pending = new MemoryRecords();
  private final MemoryPartialBlobs fetching = new MemoryPartialBlobs();
  private final MemoryKeys keys = new MemoryKeys();
  private final MemorySnapshots snapshots;
  private final SeededRandom random;
  private long clockSkew;
  private Optional<Running> running = Optional.empty();

  private record Running(
      SimProcess process, LocalBus bus, Endpoint endpoint, MemoryLog log, ContextCore context) {}

  Machine(
      final World world,
      final Wires wires,
      final String peer,
      final Path configurations,
      final Endpoint.Tampering tampering) {
    this.world = world;
    this.wires = wires;
    this.peer = peer;
    // What a node keeps beside them is its own too
    this.configurations = configurations.resolve("configurations");
    this.tampering = tampering;
    snapshots = new MemorySnapshots(world.has(World.Bug.READS_A_WRONG_SNAPSHOT));
    random = new SeededRandom(world.random());
  }

  String peer() {
    return peer;
  }

  boolean isUp() {
    return running.isPresent();
  }

  /** How many transactions wait here for the coordinator; none if the node does not run. */
  long waiting() {
    return running.map(node -> node.context.pendingStatistics().waiting()).orElse(0L);
  }

  /** What is on its disk of a context. */
  List<Frame> log(final ContextId context) {
    return disk.frames(StreamId.of(context));
  }

  void diskFull(final boolean full) {
    disk.full(full);
  }

  void loseSnapshots() {
    snapshots.lose();
  }

  /** Its clock jumps, forwards or backwards. */
  void skewClock(final long nanos) {
    clockSkew = nanos;
  }

  void pause() {
    running.ifPresent(node -> node.process.pause());
  }

  void resume() {
    running.ifPresent(node -> node.process.resume());
  }

  /** Asks the node something, as its clients do. Never answered if it dies meanwhile. */
  <Q, R> CompletableFuture<R> ask(final CommandTopic<Q, R> topic, final Q request) {
    return running
        .map(node -> node.bus.ask("client", topic, request))
        .orElseGet(CompletableFuture::new);
  }

  /** Starts the node on what the disk holds. */
  void start() {
    if (running.isPresent()) {
      return;
    }
    final SimProcess process = new SimProcess(world);
    final LocalBus bus = new LocalBus(process);
    final Endpoint endpoint = new Endpoint(peer, process, bus, wires, tampering);
    final MemoryLog log = new MemoryLog(disk, process);
    final NodeOnBus parts = new NodeOnBus(process, bus, peer);
    final ExecutionCore execution = execution(process, parts);
    final ContextCore context =
        new ContextCore(
            new ContextCore.Stores(log, blobs, keys, epochKeys, configurations, pending, fetching),
            new ContextCore.Surroundings(
                task -> process.post("loop", task),
                soon(process),
                this::clock,
                random,
                (delay, task) -> process.after(delay.toNanos(), task),
                Traces.NONE,
                world.signatures()),
            parts.execution(),
            parts.others(),
            parts.notices(),
            ContextOptions.DEFAULT);
    endpoint.start();
    parts.serve(context);
    parts.serve(execution);
    running = Optional.of(new Running(process, bus, endpoint, log, context));
    final CatchupCore catchup =
        new CatchupCore(
            parts.commands(), this::nonce, peer, () -> 0, CatchupCore.FAR, world.signatures());
    parts.serve(catchup);
    final CompletableFuture<?> _ = catchup.start();
    context.start();
    wires.connectedTo(endpoint).forEach(other -> catchup.joined(other.peer()));
    process.every(SECOND, catchup::tick);
    process.every(250 * MILLISECOND, catchup::lookForExpected);
    if (!world.has(World.Bug.NEVER_TELLS_HEADS)) {
      process.every(5 * SECOND, catchup::announceHeads);
    }
  }

  private ExecutionCore execution(final SimProcess process, final NodeOnBus parts) {
    final Executor soon = soon(process);
    return new ExecutionCore(
        new ExecutionOptions(
            configurations,
            EngineOptions.defaults(),
            8,
            8,
            1024,
            4096,
            Duration.ofSeconds(10),
            Duration.ofMillis(5),
            4096,
            1 << 30,
            SNAPSHOTS,
            Duration.ofSeconds(3),
            false),
        new TestApplication(),
        snapshots,
        Optional.empty(),
        parts.neighbours(),
        new Pools(soon, soon, soon, soon),
        () -> world.time().now());
  }

  /** Other threads: each task at some time, in no order. */
  private Executor soon(final SimProcess process) {
    return task -> process.after(world.between(MICROSECOND, MILLISECOND), task);
  }

  private long clock() {
    return BEGINNING + world.time().now() + clockSkew;
  }

  private Bytes nonce() {
    final byte[] nonce = new byte[PeerMessage.NONCE_LENGTH];
    random.nextBytes(nonce);
    return Bytes.wrap(nonce);
  }

  /** The power fails. */
  void crash() {
    running.ifPresent(
        node -> {
          node.process.kill();
          node.log.crash();
          node.endpoint.stop();
          running = Optional.empty();
        });
  }

  /** The node is stopped in order; what waits for the disk gets there. */
  void stop() {
    running.ifPresent(
        node -> {
          node.log.flush();
          node.context.close();
          node.process.kill();
          node.endpoint.stop();
          running = Optional.empty();
        });
  }
}
