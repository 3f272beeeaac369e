// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.P2pTool;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Confirmed writes to one context that several nodes share, by who writes. */
final class SharingScenario {
  private static final int PINGS_FIRST = 1_000;

  /** So that no two nodes write the same values. */
  private static final long APART = 1_000_000_000L;

  private final Path root;
  private final Path directory;
  private final int clients;
  private final Duration warmUp;
  private final Duration measured;
  private final Report report;

  SharingScenario(
      final Path root,
      final Path directory,
      final int clients,
      final Duration warmUp,
      final Duration measured,
      final Report report) {
    this.root = root;
    this.directory = directory;
    this.clients = clients;
    this.warmUp = warmUp;
    this.measured = measured;
    this.report = report;
  }

  void run(final int count) throws IOException {
    try (SharedContext shared =
            SharedContext.start(
                root,
                directory.resolve("of-" + count),
                root.resolve("apps/kv-store/kv-store.wasm"),
                count);
        Clients of = new Clients()) {
      report.node(shared.nodes().getFirst().line());
      final Measuring measuring = new Measuring(shared, of, count + " nodes");
      // All code is compiled by what comes first; single clients are measured after that
      final Map<String, Load.Result> _ = measuring.all(clients);
      final Latencies forces = ForceProbe.run(directory, measured.toNanos() / 3);
      say(count + " nodes: bare force", forces);
      final Map<String, Load.Result> single = measuring.all(1);
      final Load.Result remote = single.get(Measuring.ELSEWHERE);
      final Load.Result local = single.get(Measuring.COORDINATOR);
      if (remote != null && local != null) {
        final Latencies trips = roundTrips(shared.nodes().getFirst());
        say(count + " nodes: bare round trip over libp2p", trips);
        aim(count, local, remote, trips, forces);
      }
    }
  }

  private void say(final String what, final Latencies latencies) {
    report.result(
        what,
        Report.text("p50 %.3f ms, p99 %.3f ms", latencies.millis(50), latencies.millis(99)),
        latencies.toJson());
  }

  private void aim(
      final int count,
      final Load.Result local,
      final Load.Result remote,
      final Latencies trips,
      final Latencies forces) {
    final double allowed =
        local.latencies().millis(50) + 2 * trips.millis(50) + 2 * forces.millis(50);
    report.result(
        count + " nodes: median of a remote writer",
        Report.text(
            "%.3f ms; local + 2 round trips + 2 forces is %.3f ms",
            remote.latencies().millis(50), allowed),
        new JsonObject().put("ms", remote.latencies().millis(50)).put("allowedMs", allowed));
  }

  /** Pings of libp2p from this process to a node, in the state in which the loads left it. */
  private Latencies roundTrips(final Node node) throws IOException {
    final String address =
        node.api().get("network/status").getJsonArray("listenAddrs").getString(0);
    final Latencies trips = new Latencies();
    try (P2pTool tool = P2pTool.connect(Multiaddr.parse(address), Duration.ofSeconds(30))) {
      for (int i = 0; i < PINGS_FIRST; i++) {
        final Duration _ = tool.ping();
      }
      final long end = System.nanoTime() + measured.toNanos() / 3;
      while (System.nanoTime() < end) {
        trips.add(tool.ping().toNanos());
      }
    }
    return trips;
  }

  /**
   * What there is more of after a load, the warm-up included.
   *
   * @param sent between the nodes, where that is counted
   * @param counted by each node
   * @param entries of the log
   */
  private record Grown(Optional<WireBytes.Use> sent, List<Counters> counted, long entries) {
    JsonArray each(final ToDoubleFunction<Counters> counter) {
      return new JsonArray(counted.stream().map(one -> counter.applyAsDouble(one)).toList());
    }

    /** For each entry. */
    String text(final ToDoubleFunction<Counters> counter) {
      return counted.stream()
          .map(one -> Report.text("%.3f", counter.applyAsDouble(one) / entries))
          .collect(Collectors.joining(" + "));
    }
  }

  /** The loads on one group of nodes. */
  private final class Measuring {
    static final String COORDINATOR = "writer at the coordinator";
    static final String ELSEWHERE = "writer elsewhere";
    static final String ALL = "all write";

    private final SharedContext shared;
    private final Clients of;
    private final String group;

    Measuring(final SharedContext shared, final Clients of, final String group) {
      this.shared = shared;
      this.of = of;
      this.group = group;
    }

    Map<String, Load.Result> all(final int count) throws IOException {
      final int last = shared.nodes().size() - 1;
      final Map<String, Load.Result> results = new TreeMap<>();
      if (last > 0) {
        results.put(ALL, run(ALL, IntStream.rangeClosed(0, last).boxed().toList(), count));
        results.put(ELSEWHERE, run(ELSEWHERE, List.of(last), count));
      }
      results.put(COORDINATOR, run(COORDINATOR, List.of(0), count));
      return results;
    }

    private Load.Result run(final String who, final List<Integer> writers, final int count)
        throws IOException {
      final SharedContext.End before = shared.agree();
      final List<Counters> countedBefore = shared.counters();
      final Optional<WireBytes> sentBefore = shared.wire();
      final Load.Result result = of.run(loads(writers, count), shared.processes());
      final SharedContext.End after = shared.agree();
      final Optional<WireBytes> sentAfter = shared.wire();
      final Optional<WireBytes.Use> sent =
          sentBefore.flatMap(then -> sentAfter.flatMap(now -> now.since(then)));
      final List<Counters> counted = shared.counters();
      final List<Counters> grown =
          IntStream.range(0, counted.size())
              .mapToObj(i -> counted.get(i).since(countedBefore.get(i)))
              .toList();
      final long entries = after.position() - before.position();
      if (entries < result.latencies().count()) {
        throw new IOException(
            result.latencies().count() + " writes were confirmed, and " + entries + " are there");
      }
      say(
          group + ", " + text(writers, count) + ": " + who,
          result,
          new Grown(sent, grown, entries));
      return result;
    }

    private static String text(final List<Integer> writers, final int count) {
      final int whole = Math.max(count, writers.size());
      return whole == 1 ? "1 client" : whole + " clients";
    }

    /** The clients are shared out among the writers; each has one at least. */
    private List<Load> loads(final List<Integer> writers, final int count) throws IOException {
      final List<Load> loads = new ArrayList<>();
      for (int i = 0; i < writers.size(); i++) {
        final int share = count / writers.size() + (i < count % writers.size() ? 1 : 0);
        loads.add(
            new Load(
                shared.nodes().get(writers.get(i)).port(),
                "/jsonrpc",
                Math.max(1, share),
                warmUp,
                measured,
                Calls.set(shared.context(), i * APART)));
      }
      return loads;
    }

    private void say(final String what, final Load.Result result, final Grown grown) {
      final double entries = grown.entries;
      final Latencies latencies = result.latencies();
      final List<Double> micros = result.eachServerMicros();
      final JsonObject json =
          result
              .toJson()
              .put("cpuMicrosOfEachNode", new JsonArray(micros))
              .put("entries", grown.entries)
              .put("logForcesOfEachNode", grown.each(Counters::forces))
              .put("messagesOfEachNode", grown.each(Counters::messages))
              .put("conversationsOfEachNode", grown.each(Counters::conversations));
      grown.sent.ifPresent(
          use ->
              json.put("wireBytesEach", use.total() / entries)
                  .put("wireBytesOfCoordinatorEach", sentByCoordinator(use) / entries));
      report.result(
          what,
          Report.text(
              "%.0f/s, p50 %.3f ms, p99 %.3f ms, errors %d %s; CPU each: %s µs; wire each: %s;"
                  + " log forces: %s, messages: %s, conversations: %s;"
                  + " CPU s: nodes %.1f, clients %.1f, others %.1f, idle %.1f",
              result.perSecond(),
              latencies.millis(50),
              latencies.millis(99),
              result.errors(),
              result.firstError().orElse(""),
              micros.stream()
                  .map(one -> Report.text("%.0f", one))
                  .collect(Collectors.joining(" + ")),
              grown
                  .sent
                  .map(
                      use ->
                          Report.text(
                              "%.0f bytes, %.0f of them sent by the coordinator",
                              use.total() / entries, sentByCoordinator(use) / entries))
                  .orElse("not measured"),
              grown.text(Counters::forces),
              grown.text(Counters::messages),
              grown.text(Counters::conversations),
              result.cpu().server(),
              result.cpu().client(),
              result.cpu().others(),
              result.cpu().idle()),
          json);
    }

    private long sentByCoordinator(final WireBytes.Use use) {
      return use.by(shared.processes().getFirst());
    }
  }
}
