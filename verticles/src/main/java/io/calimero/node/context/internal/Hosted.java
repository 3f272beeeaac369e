// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One context on this node: its configuration at the committed head. On the loop. */
final class Hosted {
  private static final int ANSWERED = 4096;
  private static final int WRITERS = 1000;

  private Configuration configuration;
  private Head head;
  private long keptAt;
  private long beginning = 1;
  private int following;
  private List<Entry.Logged> unsettled = List.of();
  private Optional<Stop> stop;
  private Optional<Sequencer> sequencer = Optional.empty();
  private Optional<CompletableFuture<TransactionIndex>> transactions = Optional.empty();
  private final Set<BlobId> proposed = new HashSet<>();
  private final Epochs epochs = new Epochs();
  private final Map<Hash, CompletableFuture<Answer>> underWay = new HashMap<>();
  private final Set<Hash> answered = new LinkedHashSet<>();
  private final Map<PublicKey, CompletableFuture<?>> turns = new HashMap<>();
  private final Set<String> writers = new HashSet<>();

  Hosted(
      final Configuration configuration,
      final Head head,
      final long keptAt,
      final Optional<Stop> stop) {
    this.configuration = configuration;
    this.head = head;
    this.keptAt = keptAt;
    this.stop = stop;
  }

  Configuration configuration() {
    return configuration;
  }

  Head head() {
    return head;
  }

  /** The position with which its log begins on this node. */
  long beginning() {
    return beginning;
  }

  /** Its log begins here. */
  Hosted beginningAt(final long position) {
    beginning = position;
    return this;
  }

  /**
   * Entries behind the kept configuration that ask for calls: of some of them it is not known
   * whether what they asked for was done before the node ended.
   */
  Hosted unsettled(final List<Entry.Logged> entries) {
    unsettled = List.copyOf(entries);
    return this;
  }

  /** Takes those entries: whoever does sees to them. */
  List<Entry.Logged> takeUnsettled() {
    final List<Entry.Logged> taken = unsettled;
    unsettled = List.of();
    return taken;
  }

  /** A call that one of its entries asked for is under way. */
  void follows() {
    following++;
  }

  /** Such a call has come to an end. */
  void followed() {
    following = Math.max(0, following - 1);
  }

  /** Whether all that its entries asked for has come to an end. */
  boolean isSettled() {
    return following == 0 && unsettled.isEmpty();
  }

  /** Why it takes no more, if it does not. */
  Optional<Stop> stop() {
    return stop;
  }

  /** Whether its members of this node have left it. */
  boolean left() {
    return stop.filter(Stop.Left.class::isInstance).isPresent();
  }

  /** It takes no more. */
  void stop(final Stop why) {
    stop = Optional.of(why);
  }

  /** It goes on, unless its log is damaged. */
  void resume() {
    stop = stop.filter(Stop.Damaged.class::isInstance);
  }

  /** Its log ends here from now on, and takes no more. */
  void damaged(final String what, final Head lastReadable) {
    stop = Optional.of(new Stop.Damaged(what));
    head = lastReadable;
  }

  /** The same without what ordered its transactions, which takes no more. */
  Hosted unsequenced() {
    return new Hosted(configuration, head, keptAt, stop).beginningAt(beginning);
  }

  /** What orders its transactions, made when the first one comes. */
  Optional<Sequencer> sequencer() {
    return sequencer;
  }

  void sequencer(final Sequencer made) {
    sequencer = Optional.of(made);
  }

  /** Takes away what ordered its transactions, if something did. */
  Optional<Sequencer> takeSequencer() {
    final Optional<Sequencer> taken = sequencer;
    sequencer = Optional.empty();
    return taken;
  }

  /** A module that this node proposes may be read by the members, until it is decided on. */
  void propose(final BlobId module) {
    proposed.add(module);
  }

  /** It was decided on. */
  void decided(final BlobId module) {
    proposed.remove(module);
  }

  /** Whether this node proposes the module. */
  boolean proposes(final BlobId module) {
    return proposed.contains(module);
  }

  /** The answer that a transaction of another node will get, if it is being ordered now. */
  Optional<CompletableFuture<Answer>> underWay(final Hash transaction) {
    return Optional.ofNullable(underWay.get(transaction));
  }

  /** From now until it is answered, the transaction is being ordered. */
  void begin(final Hash transaction, final CompletableFuture<Answer> answer) {
    underWay.put(transaction, answer);
    final CompletableFuture<Answer> _ =
        answer.whenComplete(
            (done, _) -> {
              underWay.remove(transaction, answer);
              if (done != null) {
                remember(transaction);
              }
            });
  }

  private void remember(final Hash transaction) {
    answered.add(transaction);
    if (answered.size() > ANSWERED) {
      answered.remove(answered.iterator().next());
    }
  }

  /**
   * Whether a transaction of another node was answered not long ago, or will be. Only the newest
   * are known: whoever does not believe it hands the transaction in again.
   */
  boolean isDealtWith(final Hash transaction) {
    return underWay.containsKey(transaction) || answered.contains(transaction);
  }

  /** Whether a method is known to write, now and then at least. */
  boolean isKnownToWrite(final String method) {
    return writers.contains(method);
  }

  void knowToWrite(final String method) {
    if (writers.size() < WRITERS) {
      writers.add(method);
    }
  }

  /** When the transactions that a member has handed in so far are on their way to be ordered. */
  CompletableFuture<?> turn(final PublicKey executor) {
    final CompletableFuture<?> last = turns.get(executor);
    return last == null ? CompletableFuture.completedFuture(executor) : last;
  }

  /** The next one of the member waits for this. */
  void next(final PublicKey executor, final CompletableFuture<?> turn) {
    turns.put(executor, turn);
    final CompletableFuture<?> _ = turn.whenComplete((_, _) -> turns.remove(executor, turn));
  }

  /** Where the transactions are in its log, read when the first one is asked for. */
  CompletableFuture<TransactionIndex> transactions(
      final Supplier<CompletableFuture<TransactionIndex>> reading) {
    if (transactions.filter(known -> !known.isCompletedExceptionally()).isEmpty()) {
      transactions = Optional.of(reading.get());
    }
    return transactions.orElseThrow();
  }

  /** Goes on over entries that are on disk. */
  Committed committed(final List<Entry.Logged> entries) {
    for (final Entry.Logged entry : entries) {
      final long epoch = configuration.epoch();
      configuration = fold(configuration, entry);
      if (configuration.epoch() != epoch) {
        epochs.began(entry.entry().position(), epoch, configuration.epoch());
      }
    }
    head = entries.getLast().signed().head();
    if (transactions.isPresent()) {
      final CompletableFuture<Void> _ = transactions.get().thenAccept(known -> known.add(entries));
    }
    return new Committed(configuration.context(), entries);
  }

  /** Where its last epochs began. */
  Epochs epochs() {
    return epochs;
  }

  /** The position at which the configuration was last kept. */
  long keptAt() {
    return keptAt;
  }

  ConfigurationStore.Kept keep() {
    keptAt = head.position();
    return new ConfigurationStore.Kept(head.position(), head.hash(), configuration);
  }

  /** The configuration after an entry, the first of which has already made it what it is. */
  static Configuration fold(final Configuration before, final Entry.Logged logged) {
    return logged.entry().position() == 1 ? before : before.after(logged.entry(), logged.outcome());
  }

  /** The configuration after a first entry. */
  static Optional<Configuration> genesis(final Entry entry) {
    return entry.payload() instanceof Entry.Configured configured
            && configured.change().event() instanceof ConfigurationEvent.ContextCreated created
        ? Optional.of(Configuration.of(created))
        : Optional.empty();
  }
}
