// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.log.Damage;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.StreamHead;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out at the start of the node which contexts its log holds. Blocks. */
final class ContextLoader {
  private static final Logger LOG = LoggerFactory.getLogger(ContextLoader.class);

  /** How many entries that ask for calls are seen to at the start; the newest. */
  private static final int UNSETTLED = 10_000;

  private final TransactionLog log;
  private final LogReader reader;
  private final ConfigurationStore configurations;
  private final EvidenceStore evidence;

  ContextLoader(
      final TransactionLog log,
      final ConfigurationStore configurations,
      final EvidenceStore evidence) {
    this.log = log;
    this.configurations = configurations;
    this.evidence = evidence;
    reader = new LogReader(log);
  }

  SortedMap<ContextId, Hosted> load() {
    final SortedMap<ContextId, Hosted> contexts = new TreeMap<>();
    for (final Map.Entry<StreamId, StreamHead> stream : log.heads().entrySet()) {
      if (!stream.getKey().equals(StreamId.JOURNAL)) {
        final ContextId context = new ContextId(stream.getKey().hash());
        load(context).ifPresent(found -> contexts.put(context, found));
      }
    }
    return contexts;
  }

  private Optional<Hosted> load(final ContextId context) {
    final Optional<ConfigurationStore.Kept> kept =
        configurations.load(context).filter(k -> agrees(context, k));
    final Folding folding = new Folding(kept.map(ConfigurationStore.Kept::configuration));
    Optional<String> damage =
        Optional.ofNullable(log.damage().get(StreamId.of(context))).map(Damage::toString);
    Head head = Head.NONE;
    long keptAt = kept.map(ConfigurationStore.Kept::position).orElse(0L);
    try {
      if (keptAt == 0) {
        keptAt = begin(context, folding);
      }
      reader.forEach(context, keptAt + 1, folding::add);
      head = folding.head.isPresent() ? folding.head.get() : reader.headAt(context, keptAt);
    } catch (final LogException | NodeException | MalformedException e) {
      damage = Optional.of(Async.words(e));
      head = folding.head.orElse(Head.NONE);
    }
    if (folding.configuration == null) {
      LOG.atError()
          .addKeyValue("context", context)
          .log("a context cannot be served: {}", damage.orElse("it has no creation"));
      return Optional.empty();
    }
    final Optional<Stop> stop =
        damage.<Stop>map(Stop.Damaged::new).or(() -> evidence.stop(context));
    return Optional.of(
        new Hosted(folding.configuration, head, keptAt, stop)
            .beginningAt(beginning(context))
            .unsettled(kept.isPresent() ? List.copyOf(folding.asking) : List.of()));
  }

  private long beginning(final ContextId context) {
    try {
      return reader.beginning(context);
    } catch (final LogException e) {
      return 1;
    }
  }

  /** Where a log that begins later begins; the configuration there stands in its place. */
  private long begin(final ContextId context, final Folding folding) {
    final Optional<StateBase> base = reader.base(context);
    base.ifPresent(found -> folding.configuration = found.configuration());
    return base.map(found -> found.taken().position()).orElse(0L);
  }

  private boolean agrees(final ContextId context, final ConfigurationStore.Kept kept) {
    if (!kept.configuration().context().equals(context)) {
      return false;
    }
    try {
      final List<Frame> frames = log.read(StreamId.of(context), kept.position(), 1, 1);
      return !frames.isEmpty() && frames.getFirst().hash().equals(kept.hash());
    } catch (final LogException e) {
      LOG.atWarn()
          .addKeyValue("context", context)
          .addKeyValue("position", kept.position())
          .setCause(e)
          .log("the entry of a kept configuration cannot be read");
      return false;
    }
  }

  private static final class Folding {
    private @Nullable Configuration configuration;
    private Optional<Head> head = Optional.empty();
    private final Deque<Entry.Logged> asking = new ArrayDeque<>();

    Folding(final Optional<Configuration> start) {
      configuration = start.orElse(null);
    }

    void add(final Entry.Logged logged) {
      configuration =
          configuration == null
              ? Hosted.genesis(logged.entry()).orElse(null)
              : Hosted.fold(configuration, logged);
      head = Optional.of(logged.signed().head());
      if (FollowUps.asks(logged)) {
        asking.addLast(logged);
        if (asking.size() > UNSETTLED) {
          asking.removeFirst();
        }
      }
    }
  }
}
