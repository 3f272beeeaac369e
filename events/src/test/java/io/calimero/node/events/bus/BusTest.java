// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Hash;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Samples;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ExecutionMessages;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BusTest {
  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.of(vertx);

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  private static <T> T get(final Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static Code codeOf(final Future<?> future) throws Exception {
    try {
      get(future);
    } catch (final ExecutionException e) {
      if (e.getCause() instanceof NodeException expected) {
        return expected.problem().code();
      }
      throw e;
    }
    throw new AssertionError("it should have failed");
  }

  @Test
  void aCommandIsAnsweredByReference() throws Exception {
    final ContextMessages.Removed reply = new ContextMessages.Removed(true);
    bus.serve(Topics.CONTEXT_REMOVE, _ -> Future.succeededFuture(reply));
    assertThat(get(bus.request(Topics.CONTEXT_REMOVE, new ContextMessages.Remove(Samples.CONTEXT))))
        .isSameAs(reply);
  }

  @Test
  void aProblemReachesTheRequesterWhole() throws Exception {
    final Problem problem = Problem.of(Code.CONTEXT_NOT_FOUND, "gone", Hash.ZERO);
    bus.serve(Topics.CONTEXT_GET, _ -> Future.failedFuture(problem.toException()));
    assertThatThrownBy(
            () -> get(bus.request(Topics.CONTEXT_GET, new ContextMessages.Get(Samples.CONTEXT))))
        .hasRootCause(problem.toException())
        .rootCause()
        .satisfies(e -> assertThat(((NodeException) e).problem()).isEqualTo(problem));
  }

  @Test
  void aProblemReachesTheRequesterThroughEveryStageThatHangsOnIt() throws Exception {
    final Problem problem = Problem.of(Code.CONTEXT_DAMAGED, "damaged", Hash.ZERO);
    bus.serve(
        Topics.CONTEXT_GET,
        _ ->
            Future.fromCompletionStage(
                CompletableFuture.<ContextMessages.Summary>failedFuture(problem.toException())
                    .thenApply(summary -> summary)));
    assertThat(codeOf(bus.request(Topics.CONTEXT_GET, new ContextMessages.Get(Samples.CONTEXT))))
        .isEqualTo(Code.CONTEXT_DAMAGED);
  }

  @Test
  void aTopicThatNobodyAnswersIsNotReady() throws Exception {
    assertThat(codeOf(bus.request(Topics.CONTEXT_LIST, new ContextMessages.ListAll())))
        .isEqualTo(Code.NOT_READY);
  }

  @Test
  void moreThanTheTopicTakesOnIsBusyAndRoomComesBack() throws Exception {
    final ContextMessages.All none = new ContextMessages.All(List.of());
    final BlockingQueue<Promise<ContextMessages.All>> open = new LinkedBlockingQueue<>();
    bus.serve(
        Topics.CONTEXT_LIST,
        _ -> {
          final Promise<ContextMessages.All> promise = Promise.promise();
          open.add(promise);
          return promise.future();
        });
    final List<Future<ContextMessages.All>> asked = new ArrayList<>();
    for (int i = 0; i < Topics.CONTEXT_LIST.inFlight(); i++) {
      asked.add(bus.request(Topics.CONTEXT_LIST, new ContextMessages.ListAll()));
    }
    assertThat(codeOf(bus.request(Topics.CONTEXT_LIST, new ContextMessages.ListAll())))
        .isEqualTo(Code.BUSY);
    for (int i = 0; i < Topics.CONTEXT_LIST.inFlight(); i++) {
      open.take().complete(none);
    }
    get(Future.all(asked));
    final Future<?> again = bus.request(Topics.CONTEXT_LIST, new ContextMessages.ListAll());
    open.take().complete(none);
    get(again);
  }

  @Test
  void aParcelCrossesTheWire() {
    final ParcelCodec codec = new ParcelCodec();
    final List<Parcel> parcels =
        List.of(
            parcel(
                Topics.SUBMIT,
                new Parcel.Message(
                    new ExecutionMessages.Submit(
                        Samples.CONTEXT,
                        Optional.of(Samples.MEMBER.publicKey()),
                        "set",
                        Samples.UNIQUE,
                        Optional.empty()))),
            parcel(
                Topics.SUBMIT,
                new Parcel.Reply(
                    new ExecutionMessages.Written(2, Hash.ZERO, Hash.ZERO, Samples.outcome()))),
            parcel(Topics.SUBMIT, new Parcel.Reply(new ExecutionMessages.WouldWrite())),
            parcel(
                Topics.LOG_READ,
                new Parcel.Reply(
                    new ContextMessages.LogPart(
                        List.of(Samples.genesis(), Samples.executed()),
                        Samples.executed().signed().head()))),
            parcel(Topics.QUERY, new Parcel.Failure(Problem.of(Code.BUSY, "later"))));
    for (final Parcel parcel : parcels) {
      final Buffer wire = Buffer.buffer("before");
      codec.encodeToWire(wire, parcel);
      assertThat(codec.decodeFromWire(6, wire)).isEqualTo(parcel);
    }
  }

  private static Parcel parcel(final CommandTopic<?, ?> topic, final Parcel.Content content) {
    return new Parcel(topic.address(), content);
  }

  @Test
  void whatMustStayInTheJvmDoesNotLeaveIt() {
    final Parcel parcel =
        new Parcel(
            Topics.COMMITTED.address(),
            new Parcel.Message(
                new ContextMessages.Committed(Samples.CONTEXT, List.of(Samples.genesis()))));
    assertThatThrownBy(() -> new ParcelCodec().encodeToWire(Buffer.buffer(), parcel))
        .hasMessageContaining("must not leave the JVM");
  }

  @Test
  void foreignBytesAreRefusedAndNothingElse() {
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    final ParcelCodec codec = new ParcelCodec();
    final Buffer good = Buffer.buffer();
    codec.encodeToWire(
        good,
        parcel(
            Topics.SUBMIT,
            new Parcel.Reply(
                new ExecutionMessages.Written(2, Hash.ZERO, Hash.ZERO, Samples.outcome()))));
    for (int i = 0; i < 20_000; i++) {
      final byte[] bytes = good.getBytes();
      bytes[4 + random.nextInt(bytes.length - 4)] ^= (byte) (1 << random.nextInt(8));
      try {
        codec.decodeFromWire(0, Buffer.buffer(bytes));
      } catch (final MalformedException | IllegalStateException expected) {
        assertThat(expected.getMessage()).as("seed %d", seed).isNotBlank();
      }
    }
  }

  @Test
  void addressesAreUnique() {
    final List<String> addresses = new ArrayList<>();
    Topics.commands().forEach(topic -> addresses.add(topic.address()));
    Topics.events().forEach(topic -> addresses.add(topic.address()));
    assertThat(addresses).doesNotHaveDuplicates().allMatch(a -> a.startsWith("calimero.v1."));
  }
}
