// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.http.LogUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Feeds under a clock and a source that do as the test says, in one thread. */
class FeedsTest {
  private static final ContextId CONTEXT = new ContextId(Hash.sha256(new byte[] {1}));

  private final LogUnderTest log = new LogUnderTest(CONTEXT);
  private final Source source = new Source();
  private long now;
  private final Feeds feeds = new Feeds(source, 100, () -> now);

  @Test
  void whoNamesNoPositionIsToldOfWhatComes() {
    log.execute();
    final Client client = subscribe(OptionalLong.empty());
    feeds.executed(log.execute());
    feeds.executed(log.execute());
    assertThat(client.positions).containsExactly(3L, 4L);
    assertThat(client.events.getFirst().stateRoot()).contains(LogUnderTest.root(3));
    assertThat(source.reads).isEmpty();
  }

  @Test
  void whatIsOlderComesFromTheLogAndWithoutWhatIsConfiguration() {
    log.execute();
    log.configure();
    log.execute();
    final Client client = subscribe(OptionalLong.of(1));
    feeds.executed(log.execute());
    assertThat(client.positions).containsExactly(2L, 4L, 5L);
    assertThat(client.events.getFirst().stateRoot()).isEmpty();
  }

  @Test
  void aLostNoticeIsFilledFromTheLogAtTheNextOne() {
    final Client client = subscribe(OptionalLong.empty());
    log.execute();
    feeds.executed(log.execute());
    assertThat(client.positions).containsExactly(2L, 3L);
  }

  @Test
  void aLostLastNoticeIsFilledBySeeingTheEndOfTheLog() {
    final Client client = subscribe(OptionalLong.empty());
    log.execute();
    for (int i = 0; i < 3; i++) {
      now += Duration.ofSeconds(11).toNanos();
      feeds.tick();
    }
    assertThat(client.positions).containsExactly(2L);
  }

  @Test
  void aNoticeThatComesTwiceIsToldOnce() {
    final Client client = subscribe(OptionalLong.empty());
    final TransactionExecuted notice = log.execute();
    feeds.executed(notice);
    feeds.executed(notice);
    assertThat(client.positions).containsExactly(2L);
  }

  @Test
  void whatHappensWhileTheLogIsLookedAtIsNotLost() {
    source.deferred = true;
    final Client client = new Client();
    final CompletionStage<Cursor> subscribing =
        feeds.subscribe(CONTEXT, OptionalLong.empty(), client);
    source.answer(); // the head is told as it is now
    final Client second = new Client();
    final CompletionStage<Cursor> late = feeds.subscribe(CONTEXT, OptionalLong.empty(), second);
    feeds.executed(log.execute());
    subscribing.thenAccept(Cursor::start);
    late.thenAccept(Cursor::start);
    source.answerAll();
    assertThat(client.positions).containsExactly(2L);
    assertThat(second.positions).containsExactly(2L);
  }

  @Test
  void aPositionBeyondTheLogIsRefused() {
    final var refused = feeds.subscribe(CONTEXT, OptionalLong.of(3), new Client());
    assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
    assertThat(feeds.subscriptions()).isZero();
    subscribe(OptionalLong.of(2));
    assertThat(feeds.subscriptions()).isOne();
  }

  @Test
  void tooManySubscriptionsAreRefused() {
    for (int i = 0; i < 100; i++) {
      subscribe(OptionalLong.empty());
    }
    final var refused = feeds.subscribe(CONTEXT, OptionalLong.empty(), new Client());
    assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void aSlowClientIsToldFromTheLogWhenItIsReadyAgain() {
    final Client client = subscribe(OptionalLong.empty());
    client.ready = false;
    for (int i = 0; i < 2000; i++) {
      feeds.executed(log.execute());
    }
    assertThat(client.positions).isEmpty();
    client.ready = true;
    client.resume();
    assertThat(client.positions).containsExactlyElementsOf(range(2, 2001));
    assertThat(source.reads).isNotEmpty();
  }

  @Test
  void manyWhoStandAtTheSamePlaceShareARead() {
    for (int i = 0; i < 10; i++) {
      log.execute();
    }
    source.deferred = true;
    final List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      clients.add(subscribe(OptionalLong.of(2)));
    }
    source.answerAll();
    assertThat(clients)
        .allSatisfy(client -> assertThat(client.positions).containsExactlyElementsOf(range(2, 11)));
    assertThat(source.reads).hasSize(1);
  }

  @Test
  void aReadThatFailsForTheMomentIsTriedAgain() {
    log.execute();
    source.problem = Optional.of(Problem.of(Code.BUSY, "busy"));
    final Client client = subscribe(OptionalLong.of(1));
    assertThat(client.positions).isEmpty();
    source.problem = Optional.empty();
    feeds.tick();
    assertThat(client.positions).containsExactly(2L);
  }

  @Test
  void aDamagedLogEndsTheSubscriptionAndSaysWhy() {
    log.execute();
    source.problem = Optional.of(Problem.of(Code.CONTEXT_DAMAGED, "damaged"));
    final Client client = subscribe(OptionalLong.of(1));
    assertThat(client.problems).extracting(Problem::code).containsExactly(Code.CONTEXT_DAMAGED);
    assertThat(feeds.subscriptions()).isZero();
  }

  @Test
  void aContextThatGoesEndsItsSubscriptions() {
    final Client client = subscribe(OptionalLong.empty());
    feeds.gone(CONTEXT);
    assertThat(client.problems).extracting(Problem::code).containsExactly(Code.CONTEXT_NOT_FOUND);
    assertThat(feeds.contexts()).isZero();
  }

  @Test
  void whatNobodyIsSubscribedToIsForgotten() {
    final Client client = subscribe(OptionalLong.empty());
    client.cursor.orElseThrow().close();
    now += Duration.ofSeconds(61).toNanos();
    feeds.tick();
    assertThat(feeds.contexts()).isZero();
  }

  /** Lost, late and repeated notices, slow clients, failing reads: in every order of them. */
  @Test
  void eachEventIsToldOnceAndInOrderWhateverHappens() {
    final long seed = new Random().nextLong();
    final Random random = new Random(seed);
    source.deferred = true;
    final List<Client> clients = new ArrayList<>();
    final List<TransactionExecuted> held = new ArrayList<>();
    final List<Long> executed = new ArrayList<>();
    for (int step = 0; step < 3000; step++) {
      switch (random.nextInt(9)) {
        case 0, 1 -> {
          final TransactionExecuted notice = log.execute();
          executed.add(notice.position());
          if (random.nextInt(4) > 0) {
            feeds.executed(notice);
          } else {
            held.add(notice);
          }
        }
        case 2 -> log.configure();
        case 3 -> {
          if (!held.isEmpty()) {
            feeds.executed(held.remove(random.nextInt(held.size())));
          }
        }
        case 4 -> {
          if (clients.size() < 20) {
            clients.add(
                subscribe(OptionalLong.of(1 + random.nextInt((int) log.head().position()))));
          }
        }
        case 5 -> clients.forEach(client -> client.turn(random.nextBoolean()));
        case 6, 7 -> source.answer();
        default -> {
          source.problem =
              random.nextInt(3) == 0
                  ? Optional.of(Problem.of(Code.TIMEOUT, "slow"))
                  : Optional.empty();
          now += Duration.ofSeconds(3).toNanos();
          feeds.tick();
        }
      }
    }
    source.problem = Optional.empty();
    clients.forEach(client -> client.turn(true));
    for (int i = 0; i < 5; i++) {
      source.answerAll();
      now += Duration.ofSeconds(11).toNanos();
      feeds.tick();
    }
    source.answerAll();
    assertThat(clients).isNotEmpty();
    for (final Client client : clients) {
      assertThat(client.positions)
          .as("seed %d, from %d", seed, client.from)
          .containsExactlyElementsOf(
              executed.stream().filter(position -> position >= client.from).toList());
    }
  }

  private Client subscribe(final OptionalLong from) {
    final Client client = new Client();
    client.from = from.orElse(0);
    final var _ =
        feeds
            .subscribe(CONTEXT, from, client)
            .thenAccept(
                cursor -> {
                  client.cursor = Optional.of(cursor);
                  cursor.start();
                });
    source.answerHeads();
    return client;
  }

  private static List<Long> range(final long from, final long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  private static final class Client implements Subscriber {
    private final List<PushedEvent> events = new ArrayList<>();
    private final List<Long> positions = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private Optional<Cursor> cursor = Optional.empty();
    private boolean ready = true;
    private long from;

    void resume() {
      cursor.ifPresent(Cursor::resume);
    }

    void turn(final boolean nowReady) {
      ready = nowReady;
      if (ready) {
        resume();
      }
    }

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public void event(final PushedEvent event) {
      events.add(event);
      positions.add(event.position());
    }

    @Override
    public void failed(final ContextId context, final Problem problem) {
      problems.add(problem);
    }
  }

  private final class Source implements LogSource {
    private final List<ReadLog> reads = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final List<Runnable> heads = new ArrayList<>();
    private boolean deferred;
    private Optional<Problem> problem = Optional.empty();

    @Override
    public CompletionStage<LogPart> read(final ReadLog request) {
      reads.add(request);
      final CompletableFuture<LogPart> part = new CompletableFuture<>();
      final Optional<Problem> failure = problem;
      defer(
          waiting,
          () ->
              failure.ifPresentOrElse(
                  known -> part.completeExceptionally(known.toException()),
                  () -> part.complete(log.read(request))));
      return part;
    }

    @Override
    public CompletionStage<Long> head(final ContextId context) {
      final CompletableFuture<Long> head = new CompletableFuture<>();
      final long position = log.head().position();
      defer(heads, () -> head.complete(position));
      return head;
    }

    private void defer(final List<Runnable> where, final Runnable answer) {
      if (deferred) {
        where.add(answer);
      } else {
        answer.run();
      }
    }

    void answerHeads() {
      while (!heads.isEmpty()) {
        heads.removeFirst().run();
      }
    }

    void answer() {
      if (!waiting.isEmpty()) {
        waiting.removeFirst().run();
      }
    }

    void answerAll() {
      answerHeads();
      while (!waiting.isEmpty()) {
        answer();
        answerHeads();
      }
    }
  }
}
