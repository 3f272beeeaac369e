// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.js;

import static io.calimero.node.libp2p.internal.host.Hosts.ECHO;
import static io.calimero.node.libp2p.internal.host.Hosts.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.GossipSub;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.HostLimits;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PubSub;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.host.Hosts;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;

/**
 * Measures, side by side in one run: docs/libp2p.md says how to start it. Prints rows of a table.
 *
 * <p>Each figure is the median of {@value #ROUNDS} rounds, after as many and some seconds to warm
 * up.
 */
public final class Bench {
  private static final int ROUNDS = 7;
  private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("bench.warmup", 8));
  private static final int SIZE = 32 << 20;
  private static final int TRIPS = 500;
  private static final int GOSSIPERS = 20;
  private static final int MESSAGES = 2000;
  private static final int IDLE = 1000;

  private static final List<String> PARTS = List.of("streams", "handshakes", "gossip", "idle");

  private final Hosts hosts = new Hosts();
  private final List<Carrier> carriers;
  private final List<String> words;

  private Bench(final List<String> words) {
    final List<Carrier> named =
        Arrays.stream(Carrier.values()).filter(carrier -> words.contains(carrier.word())).toList();
    carriers = named.isEmpty() ? List.of(Carrier.values()) : named;
    this.words = words;
  }

  /**
   * Runs the parts that are named, or all: streams, handshakes, gossip, idle; over what is named,
   * or all: noise, tls, quic; with js too, unless {@code alone} is among the words, or with js
   * only, by {@code others}.
   */
  public static void main(final String[] arguments) throws InterruptedException {
    final List<String> words = List.of(arguments);
    final List<String> named = PARTS.stream().filter(words::contains).toList();
    final Bench bench = new Bench(words);
    try {
      for (final String part : named.isEmpty() ? PARTS : named) {
        bench.run(part);
      }
    } finally {
      bench.hosts.close();
    }
  }

  private void run(final String part) throws InterruptedException {
    switch (part) {
      case "streams" -> streams();
      case "handshakes" -> handshakes();
      case "gossip" -> gossip();
      case "idle" -> idle();
      default -> throw new IllegalArgumentException("There is no part " + part);
    }
  }

  private static void row(final String what, final double value, final String unit) {
    System.out.printf(Locale.ROOT, "| %s | %.2f %s |%n", what, value, unit);
  }

  /** The median of some rounds, after as many and {@link #WARM_UP} to warm up. */
  private static double median(final DoubleSupplier round) {
    warmUp(round);
    return medianWhenWarm(round);
  }

  private static void warmUp(final DoubleSupplier round) {
    final long start = System.nanoTime();
    int rounds = 0;
    while (rounds < ROUNDS || System.nanoTime() - start < WARM_UP.toNanos()) {
      rounds += round.getAsDouble() > 0 ? 1 : 0;
    }
  }

  private static double medianWhenWarm(final DoubleSupplier round) {
    return DoubleStream.generate(round).limit(ROUNDS).sorted().toArray()[ROUNDS / 2];
  }

  /** How fast, and at what price for the processes of both ends, which no other program changes. */
  private static void echoes(
      final String what, final DoubleSupplier round, final List<ProcessHandle> ends) {
    warmUp(round);
    final long before = processorMillis(ends);
    row("echo, " + what, medianWhenWarm(round), "MiB/s");
    row(
        "processor time of both ends, " + what,
        (processorMillis(ends) - before) / (double) (ROUNDS * (SIZE >> 20)),
        "ms/MiB");
  }

  private static long processorMillis(final List<ProcessHandle> processes) {
    return processes.stream()
        .mapToLong(one -> one.info().totalCpuDuration().orElse(Duration.ZERO).toMillis())
        .sum();
  }

  /** What carries the connections that are measured. */
  private enum Carrier {
    NOISE("/ip4/127.0.0.1/tcp/0", HostBuilder.NOISE, "\"security\":[\"noise\"]"),
    TLS("/ip4/127.0.0.1/tcp/0", HostBuilder.TLS, "\"security\":[\"tls\"]"),
    QUIC("/ip4/127.0.0.1/udp/0/quic-v1", HostBuilder.TLS, "\"quic\":true");

    private final String listen;
    private final String security;
    private final String js;

    Carrier(final String listen, final String security, final String js) {
      this.listen = listen;
      this.security = security;
      this.js = "{" + js + ",\"listen\":[\"" + listen + "\"]}";
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private Host host(final Carrier carrier, final HostLimits limits) {
    return hosts.start(
        builder ->
            builder.listen(carrier.listen).security(List.of(carrier.security)).limits(limits));
  }

  private Host host(final Carrier carrier) {
    return host(carrier, HostLimits.DEFAULT);
  }

  private void streams() {
    for (final Carrier carrier : carriers) {
      if (!words.contains("others")) {
        amongOurs(carrier);
      }
      if (!words.contains("alone")) {
        leg("JVM with js, " + carrier, () -> withJs(carrier));
        leg("js with js, " + carrier, () -> amongJs(carrier));
      }
    }
  }

  private void amongOurs(final Carrier carrier) {
    final Connection connection = Hosts.connect(host(carrier), host(carrier));
    echoes(
        "JVM with JVM, " + carrier, () -> echo(connection, SIZE), List.of(ProcessHandle.current()));
    row("round trip, JVM with JVM, " + carrier, median(() -> trips(connection)), "µs");
    await(connection.close());
  }

  /** A leg that another implementation cannot go is left out, and said. */
  private static void leg(final String what, final Runnable leg) {
    try {
      leg.run();
    } catch (final RuntimeException e) {
      System.out.printf(Locale.ROOT, "| %s | none: %s |%n", what, e.getMessage());
    }
  }

  private void withJs(final Carrier carrier) {
    try (JsPeer peer = JsPeer.start(carrier.js)) {
      final Connection connection = await(host(carrier).connect(peer.id(), peer.addresses()));
      echoes(
          "JVM with js, " + carrier,
          () -> echo(connection, SIZE),
          List.of(ProcessHandle.current(), peer.process()));
      row("round trip, JVM with js, " + carrier, median(() -> trips(connection)), "µs");
    }
  }

  private static void amongJs(final Carrier carrier) {
    try (JsPeer one = JsPeer.start(carrier.js);
        JsPeer two = JsPeer.start(carrier.js)) {
      one.ask("dial", "to", two.addresses().getFirst().withPeer(two.id()).toString());
      final String peer = two.id().toString();
      echoes(
          "js with js, " + carrier, () -> echo(one, peer), List.of(one.process(), two.process()));
      row(
          "round trip, js with js, " + carrier,
          median(() -> one.ask("trips", "peer", peer, "count", TRIPS).get("micros").asDouble()),
          "µs");
    }
  }

  private static double echo(final JsPeer js, final String peer) {
    final JsonNode done = js.ask("echo", "peer", peer, "size", SIZE, "check", false);
    return (SIZE >> 20) * 1000.0 / done.get("millis").asDouble();
  }

  private static double echo(final Connection connection, final int size) {
    final Stream stream = await(connection.openStream(List.of(ECHO)));
    final byte[] part = new byte[256 << 10];
    final long start = System.nanoTime();
    send(stream, part, size / part.length);
    long received = 0;
    for (byte[] next = await(stream.read()); next.length > 0; next = await(stream.read())) {
      received += next.length;
    }
    if (received != size) {
      throw new IllegalStateException("Only " + received + " bytes came back");
    }
    return (size >> 20) / ((System.nanoTime() - start) / 1e9);
  }

  private static void send(final Stream stream, final byte[] part, final int times) {
    Futures.ignore(
        times == 0
            ? stream.closeWrite()
            : stream.write(part).thenRun(() -> send(stream, part, times - 1)));
  }

  private static double trips(final Connection connection) {
    final int count = TRIPS;
    final Stream stream = await(connection.openStream(List.of(ECHO)));
    final long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      Futures.ignore(stream.write(new byte[32]));
      await(stream.read());
    }
    final double micros = (System.nanoTime() - start) / 1e3 / count;
    stream.reset();
    return micros;
  }

  private void handshakes() {
    for (final Carrier carrier : carriers) {
      final Host one = host(carrier);
      final Host two = host(carrier);
      row("handshakes, JVM with JVM, " + carrier, median(() -> shake(one, two)), "/s");
    }
  }

  private static double shake(final Host one, final Host two) {
    final int count = 100;
    final long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      await(Hosts.connect(one, two).close());
    }
    return count / ((System.nanoTime() - start) / 1e9);
  }

  private void gossip() throws InterruptedException {
    final List<Host> nodes = new ArrayList<>();
    final List<PubSub> routers = new ArrayList<>();
    final CountDownLatch warm = new CountDownLatch(GOSSIPERS - 1);
    final CountDownLatch received = new CountDownLatch((GOSSIPERS - 1) * MESSAGES);
    for (int i = 0; i < GOSSIPERS; i++) {
      final PrivateKey key = PrivateKey.generate(new SecureRandom());
      final Host host = new HostBuilder(key).threads(1).listen("/ip4/127.0.0.1/tcp/0").build();
      final PubSub router = GossipSub.start(host, key, GossipParams.DEFAULT);
      await(host.start());
      await(
          router.subscribe(
              "bench", message -> (message.data().length == 1 ? warm : received).countDown()));
      nodes.forEach(other -> Hosts.connect(host, other));
      nodes.add(host);
      routers.add(router);
    }
    while (await(routers.getFirst().subscribers("bench")).size() < GOSSIPERS - 1) {
      Thread.onSpinWait();
    }
    await(routers.getFirst().publish("bench", new byte[1]));
    warm.await(30, TimeUnit.SECONDS);
    final long start = System.nanoTime();
    for (int i = 0; i < MESSAGES; i++) {
      await(routers.get(i % GOSSIPERS).publish("bench", new byte[256]));
    }
    received.await(120, TimeUnit.SECONDS);
    final double seconds = (System.nanoTime() - start) / 1e9;
    row(
        "gossip of 256 bytes, 20 nodes in one JVM, " + received.getCount() + " lost",
        MESSAGES / seconds,
        "messages/s");
    routers.forEach(router -> await(router.stop()));
    nodes.forEach(node -> await(node.stop()));
  }

  private void idle() {
    final HostLimits many =
        HostLimits.DEFAULT
            .withConnections(2 * IDLE, 2 * IDLE, 2 * IDLE)
            .withTimes(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofHours(1));
    for (final Carrier carrier : carriers) {
      final Host one = host(carrier, many);
      final Host two = host(carrier, many);
      final long before = used();
      final long resident = resident();
      for (int i = 0; i < IDLE; i++) {
        await(one.connect(two.addresses().getFirst()));
      }
      // Both ends are in this JVM.
      row(
          "memory per end of an idle connection, " + carrier,
          (used() - before) / 1024.0 / IDLE / 2,
          "KiB of heap");
      row(
          "other memory, if the heap was touched before, " + carrier,
          (resident() - resident) / 1024.0 / IDLE / 2,
          "KiB");
      await(one.stop());
      await(two.stop());
    }
  }

  /** What the process holds of the machine's memory, where the system says so. */
  private static long resident() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (final IOException e) {
      return 0;
    }
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
