// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import io.calimero.node.bridge.BridgeOptions;
import io.calimero.node.context.ContextOptions;
import io.calimero.node.context.PendingOptions;
import io.calimero.node.events.Limits;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.http.HttpLimits;
import io.calimero.node.http.MetricsAccess;
import io.calimero.node.http.PushLimits;
import io.calimero.node.internal.ClientSettings;
import io.calimero.node.internal.ClusterSettings;
import io.calimero.node.internal.ConfigurationSources;
import io.calimero.node.internal.Settings;
import io.calimero.node.network.NetworkOptions;
import io.calimero.node.operation.TracingOptions;
import io.calimero.node.storage.log.LogOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that can be set about a node, validated as a whole.
 *
 * @param home the home's directory
 * @param httpHost the address that clients reach
 * @param httpPort its port; 0 for any free one
 * @param p2p how other nodes are met
 * @param log how the transaction log is set up
 * @param contexts the bounds of contexts
 * @param execution the bounds of execution
 * @param parts what of the node runs in this JVM
 * @param threads those of the Vert.x that the node makes; an embedder's own has what it was given
 * @param metrics who can read the metrics
 * @param httpLimits what clients of the HTTP face may take
 * @param push what clients that are told of events may take
 * @param bridge the bridges for services that are not of the JVM
 * @param tracing whether and where spans are told
 * @param cluster how it is part of its operator's cluster
 */
public record NodeConfiguration(
    Path home,
    String httpHost,
    int httpPort,
    P2p p2p,
    LogOptions log,
    ContextOptions contexts,
    Execution execution,
    Set<Part> parts,
    Threads threads,
    MetricsAccess metrics,
    HttpLimits httpLimits,
    PushLimits push,
    BridgeOptions bridge,
    TracingOptions tracing,
    ClusterOptions cluster) {
  private static final int MAX_PORT = 65_535;
  private static final long MIB = 1L << 20;

  /**
   * How other nodes are met.
   *
   * @param hosts the IP addresses at which this node listens for them
   * @param port the port at each; 0 for any free one
   * @param announce the addresses that others are told in place of those; empty: those
   * @param bootstrap the nodes to stay connected with, as addresses that end with their peer ids
   * @param snapshotEntries how many entries are so many that the state at a checkpoint is fetched
   * @param headsEvery how often others are told where the logs end
   * @param redialEvery how often peers that are away are dialled
   */
  public record P2p(
      List<String> hosts,
      int port,
      List<String> announce,
      List<String> bootstrap,
      long snapshotEntries,
      Duration headsEvery,
      Duration redialEvery) {}

  /**
   * The threads of the node's Vert.x.
   *
   * @param eventLoops how many event loops; 0 for two of each processor
   * @param workers how many threads for what blocks
   */
  public record Threads(int eventLoops, int workers) {}

  /**
   * The bounds of execution.
   *
   * @param callDeadline how long a call may take
   * @param writeThreads how many contexts can write at the same time
   * @param queryThreads how many queries can run at the same time
   * @param loadedContexts how many contexts are kept in memory
   * @param requireCompiler whether to refuse to start without a compiler
   * @param warmUp whether modules are run a little after they were loaded, for nobody
   */
  public record Execution(
      Duration callDeadline,
      int writeThreads,
      int queryThreads,
      int loadedContexts,
      boolean requireCompiler,
      boolean warmUp) {}

  /**
   * Reads the configuration of a home: the defaults, the home's {@code config.yaml}, the
   * environment ({@code CALIMERO_HTTP_PORT} for {@code http.port}), and flags, each winning over
   * the one before.
   *
   * @param flags settings by their names, such as {@code http.port}
   * @throws NodeStartException naming every mistake and where it stands
   */
  public static NodeConfiguration load(
      final Path home, final Map<String, String> environment, final Map<String, String> flags)
      throws NodeStartException {
    return load(home, environment, "the command line", flags);
  }

  /**
   * Reads the configuration as {@link #load(Path, Map, Map)} does.
   *
   * @param source what to call the flags in messages
   */
  static NodeConfiguration load(
      final Path home,
      final Map<String, String> environment,
      final String source,
      final Map<String, String> flags)
      throws NodeStartException {
    final Settings settings = ConfigurationSources.read(home, environment, source, flags);
    final NodeConfiguration configuration = from(home, settings);
    if (configuration.httpPort != 0 && configuration.httpPort == configuration.p2p.port) {
      settings.mistake("http.port and p2p.port are both " + configuration.httpPort);
    }
    if (configuration.parts.contains(Part.EXECUTION)
        != configuration.parts.contains(Part.CONTEXT)) {
      settings.mistake("node.parts", "must have both execution and context, or neither");
    }
    if (configuration.parts.contains(Part.NETWORK) && !configuration.parts.contains(Part.CONTEXT)) {
      settings.mistake("node.parts", "must have context where it has network");
    }
    if (!settings.mistakes().isEmpty()) {
      throw new NodeStartException("the configuration is not usable:", settings.mistakes());
    }
    return configuration;
  }

  /** Whether what runs here keeps anything; a gateway does not. */
  public boolean needsHome() {
    return parts.contains(Part.CONTEXT);
  }

  private static NodeConfiguration from(final Path home, final Settings settings) {
    return new NodeConfiguration(
        home,
        settings.text("http.host"),
        settings.number("http.port", 0, MAX_PORT),
        p2p(settings),
        log(settings),
        contexts(settings),
        new Execution(
            settings.time("execution.call-deadline", Duration.ofMillis(10), Duration.ofSeconds(50)),
            settings.number("execution.write-threads", 1, 1024),
            settings.number("execution.query-threads", 1, 1024),
            settings.number("execution.loaded-contexts", 1, 1_000_000),
            settings.flag("execution.require-compiler"),
            settings.flag("execution.warm-up")),
        settings.choices("node.parts", Part.class),
        new Threads(
            settings.number("node.event-loops", 0, 1024), settings.number("node.workers", 4, 1024)),
        settings.choice("http.metrics", MetricsAccess.class),
        ClientSettings.http(settings),
        ClientSettings.push(settings),
        ClientSettings.bridge(settings),
        tracing(settings),
        ClusterSettings.of(settings));
  }

  private static TracingOptions tracing(final Settings settings) {
    final String endpoint = settings.optionalText("tracing.endpoint");
    if (!endpoint.isEmpty() && !endpoint.matches("https?://[^/\\s]+(/\\S*)?")) {
      settings.mistake("tracing.endpoint", "must be a URL such as http://127.0.0.1:4318");
    }
    return new TracingOptions(
        settings.flag("tracing.enabled"),
        endpoint.isEmpty() ? Optional.empty() : Optional.of(endpoint));
  }

  private static P2p p2p(final Settings settings) {
    final List<String> hosts = settings.list("p2p.hosts");
    if (hosts.isEmpty()) {
      settings.mistake("p2p.hosts", "must name an IP address");
    }
    for (final String host : hosts) {
      NetworkOptions.problemOfHost(host)
          .ifPresent(problem -> settings.mistake("p2p.hosts", problem));
    }
    final List<String> announce = settings.list("p2p.announce");
    for (final String address : announce) {
      NetworkOptions.problemOfAnnounced(address)
          .ifPresent(problem -> settings.mistake("p2p.announce", problem));
    }
    final List<String> bootstrap = settings.list("p2p.bootstrap");
    for (final String peer : bootstrap) {
      NetworkOptions.problemOfBootstrap(peer)
          .ifPresent(problem -> settings.mistake("p2p.bootstrap", problem));
    }
    return new P2p(
        hosts,
        settings.number("p2p.port", 0, MAX_PORT),
        announce,
        bootstrap,
        settings.amount("p2p.snapshot-entries", 1, Long.MAX_VALUE),
        settings.time("p2p.heads-every", Duration.ofMillis(100), Duration.ofHours(1)),
        settings.time("p2p.redial-every", Duration.ofMillis(100), Duration.ofHours(1)));
  }

  private static LogOptions log(final Settings settings) {
    final int segment =
        (int) settings.size("log.segment-size", LogOptions.SEGMENT_MIN, LogOptions.SEGMENT_MAX);
    final LogOptions options =
        LogOptions.DEFAULT.withQueueLimit(settings.size("log.queue", MIB, 1L << 40));
    if (segment % 4096 != 0) {
      settings.mistake("log.segment-size", "must be a multiple of 4096 bytes");
      return options;
    }
    return options.withSegmentSize(segment);
  }

  private static ContextOptions contexts(final Settings settings) {
    final long gas = settings.amount("contexts.gas", 1, Long.MAX_VALUE);
    final long gasMax = settings.amount("contexts.gas-max", 1, Long.MAX_VALUE);
    if (gas > gasMax) {
      settings.mistake("contexts.gas-max", "must be at least contexts.gas, which is " + gas);
    }
    return new ContextOptions(
        settings.number("contexts.queue", 1, 1_000_000),
        settings.size("contexts.queue-size", MIB, 1L << 40),
        settings.number("contexts.batch", 1, 10_000),
        ContextOptions.DEFAULT.forcesInFlight(),
        (int) settings.size("contexts.module-size", 8, ContextOptions.MODULE_BYTES_MAX),
        settings.time("contexts.download-timeout", Duration.ofMillis(100), Duration.ofHours(1)),
        gas,
        gasMax,
        settings.flag("contexts.attested"),
        origins(settings),
        pending(settings),
        settings.amount("contexts.checkpoint-entries", 0, Long.MAX_VALUE),
        settings.flag("contexts.modules-from-source"));
  }

  private static List<String> origins(final Settings settings) {
    final List<String> origins = settings.list("contexts.fetch");
    try {
      final Limits limits = Limits.DEFAULT.withOrigins(origins);
      if (!limits.origins().isEmpty() && !settings.flag("contexts.attested")) {
        settings.mistake("contexts.fetch", "needs contexts.attested");
      }
      return limits.origins();
    } catch (final MalformedException e) {
      settings.mistake("contexts.fetch", String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  private static PendingOptions pending(final Settings settings) {
    final PendingOptions defaults = PendingOptions.DEFAULT;
    return new PendingOptions(
        settings.number("contexts.pending", 1, 100_000),
        settings.number("contexts.pending-total", 1, 1_000_000),
        defaults.bytesPerContext(),
        defaults.bytes(),
        defaults.inFlight(),
        settings.time("contexts.pending-wait", Duration.ofMillis(10), Duration.ofSeconds(50)),
        settings.time("contexts.pending-expiry", Duration.ofSeconds(1), Duration.ofDays(30)),
        defaults.firstRetry(),
        defaults.lastRetry());
  }
}
