// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Samples;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogFeedTest {
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration OFTEN = Duration.ofMillis(5);

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.of(vertx);
  private final List<Entry.Logged> log = new ArrayList<>();
  private final BlockingQueue<ReadLog> asked = new LinkedBlockingQueue<>();
  private final BlockingQueue<Entry.Logged> delivered = new LinkedBlockingQueue<>();
  private MessageConsumer<?> node = serve(this::part);

  @BeforeEach
  void begin() {
    append(3);
  }

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  @Test
  void everyEntryComesOnceAndInOrderFirstFromTheLogThenLive() throws Exception {
    follow(Cursor.START, NEVER, this::deliver);
    expect(1, 3);
    asked.clear();
    committed(append(2));
    expect(4, 5);
    assertThat(asked).as("what is live need not be read").isEmpty();
  }

  @Test
  void aFeedBeginsBehindItsCursor() throws Exception {
    follow(Cursor.after(log.get(1)), NEVER, this::deliver);
    expect(3, 3);
  }

  @Test
  void theNextEntryWaitsForTheAcknowledgementOfTheOneBefore() throws Exception {
    final BlockingQueue<Promise<Object>> open = new LinkedBlockingQueue<>();
    final LogFeed feed =
        follow(
            Cursor.START,
            NEVER,
            entry -> {
              delivered.add(entry);
              final Promise<Object> promise = Promise.promise();
              open.add(promise);
              return promise.future();
            });
    expect(1, 1);
    for (int i = 0; i < 100; i++) {
      committed(append(1)); // nobody keeps these: they are read when it is their turn
    }
    assertThat(delivered).isEmpty();
    assertThat(feed.cursor()).isEqualTo(Cursor.START);
    for (int position = 2; position <= 103; position++) {
      next(open).complete();
      expect(position, position);
    }
  }

  @Test
  void lostNoticesDelayAnEntryByNoMoreThanThePoll() throws Exception {
    follow(Cursor.START, OFTEN, this::deliver);
    expect(1, 3);
    append(2);
    expect(4, 5);
  }

  @Test
  void aNoticeThatComesTwiceOrTooLateOrTooEarlyDoesNoHarm() throws Exception {
    follow(Cursor.START, OFTEN, this::deliver);
    expect(1, 3);
    final long seed = new Random().nextLong();
    final Random random = new Random(seed);
    int expected = 3;
    for (int i = 0; i < 200; i++) {
      final int count = random.nextInt(3);
      append(count);
      expected += count;
      final int from = random.nextInt(log.size());
      final int to = from + 1 + random.nextInt(log.size() - from);
      bus.publish(Topics.COMMITTED, new Committed(Samples.CONTEXT, snapshot().subList(from, to)));
    }
    expect(4, expected);
    assertThat(delivered).as("seed " + seed).isEmpty();
  }

  @Test
  void aNodeThatIsAwayIsWaitedFor() throws Exception {
    get(node.unregister());
    final LogFeed feed = follow(Cursor.START, NEVER, this::deliver);
    final BlockingQueue<Boolean> refusals = new LinkedBlockingQueue<>();
    node =
        serve(
            _ -> {
              refusals.add(true);
              return Future.failedFuture(Problem.of(Code.BUSY, "later").toException());
            });
    next(refusals);
    next(refusals);
    get(node.unregister());
    node = serve(this::part);
    expect(1, 3);
    assertThat(get(feed.stop())).isEqualTo(Cursor.after(log.get(2)));
  }

  @Test
  void aContextThatIsGoneEndsTheFeed() throws Exception {
    get(node.unregister());
    node =
        serve(
            _ ->
                Future.failedFuture(
                    Problem.of(Code.CONTEXT_NOT_FOUND, "Context not found").toException()));
    assertThat(failure(follow(Cursor.START, NEVER, this::deliver)))
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
  }

  @Test
  void aLogThatIsNotTheOneOfTheCursorEndsTheFeed() throws Exception {
    assertThat(failure(follow(new Cursor(2, Hash.ZERO), NEVER, this::deliver)))
        .isEqualTo(Code.PRIOR_MISMATCH);
    assertThat(failure(follow(new Cursor(9, Hash.ZERO), NEVER, this::deliver)))
        .isEqualTo(Code.PRIOR_MISMATCH);
    assertThat(delivered).isEmpty();
  }

  @Test
  void aSubscriberThatFailsEndsTheFeedAndItsEntryIsNotAcknowledged() throws Exception {
    final LogFeed feed =
        follow(
            Cursor.START,
            NEVER,
            entry -> {
              if (entry.entry().position() == 2) {
                throw new IllegalStateException("full");
              }
              return Future.succeededFuture();
            });
    assertThat(
            feed.ended()
                .toCompletionStage()
                .toCompletableFuture()
                .handle((_, e) -> e)
                .get(10, TimeUnit.SECONDS))
        .hasMessage("full");
    assertThat(feed.cursor()).isEqualTo(Cursor.after(log.getFirst()));
  }

  private LogFeed follow(
      final Cursor from, final Duration poll, final Function<Entry.Logged, Future<?>> subscriber) {
    return LogFeed.follow(vertx, Samples.CONTEXT, from, poll, subscriber);
  }

  private Future<?> deliver(final Entry.Logged entry) {
    delivered.add(entry);
    return Future.succeededFuture();
  }

  private MessageConsumer<?> serve(final Function<ReadLog, Future<LogPart>> handler) {
    return bus.serve(Topics.LOG_READ, handler);
  }

  private Future<LogPart> part(final ReadLog request) {
    asked.add(request);
    final List<Entry.Logged> entries = snapshot();
    final int from = Math.min(entries.size(), (int) request.from() - 1);
    // Two at a time, so that reading goes on.
    final int to = Math.min(entries.size(), from + 2);
    return Future.succeededFuture(
        new LogPart(entries.subList(from, to), entries.getLast().signed().head()));
  }

  private List<Entry.Logged> snapshot() {
    synchronized (log) {
      return List.copyOf(log);
    }
  }

  private List<Entry.Logged> append(final int count) {
    synchronized (log) {
      final int before = log.size();
      for (int i = 0; i < count; i++) {
        final Head head = log.isEmpty() ? Head.NONE : log.getLast().signed().head();
        final Entry entry =
            Entry.after(
                Samples.CONTEXT,
                head,
                0,
                1,
                new Entry.Executed(Samples.transaction(), Samples.outcome().digest()));
        log.add(
            new Entry.Logged(
                Entry.Signed.sign(entry, entry.hash(), Samples.MEMBER),
                Optional.of(Samples.outcome())));
      }
      return List.copyOf(log.subList(before, log.size()));
    }
  }

  private void committed(final List<Entry.Logged> entries) {
    bus.publish(Topics.COMMITTED, new Committed(Samples.CONTEXT, entries));
  }

  private void expect(final int first, final int last) throws InterruptedException {
    for (int position = first; position <= last; position++) {
      assertThat(next(delivered).entry().position()).isEqualTo(position);
    }
  }

  private static Code failure(final LogFeed feed) throws Exception {
    try {
      get(feed.ended());
    } catch (final ExecutionException e) {
      if (e.getCause() instanceof NodeException expected) {
        return expected.problem().code();
      }
      throw e;
    }
    throw new AssertionError("it should have failed");
  }

  private static <T> T next(final BlockingQueue<T> queue) throws InterruptedException {
    final T next = queue.poll(10, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private static <T> T get(final Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
