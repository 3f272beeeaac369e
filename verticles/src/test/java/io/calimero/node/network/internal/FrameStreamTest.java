// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.NetworkMessages.Done;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.Received;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FrameStreamTest {
  private static final Bytes HELLO = Bytes.utf8("hello");
  private static final byte[] END = new byte[0];

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final FakeStream peer = new FakeStream();
  private long now;
  private int held;
  private final FrameStream stream =
      new FrameStream(
          new OpenedStream(1, "peer", "/test/1"),
          peer,
          tasks::add,
          () -> now,
          more -> held += more);

  private void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void arrives(final byte[] bytes) {
    peer.reads.remove().complete(bytes);
    run();
  }

  private void taken() {
    peer.writes.remove().complete(null);
    run();
  }

  private void pass(final int seconds) {
    now += TimeUnit.SECONDS.toNanos(seconds);
    stream.tick();
    run();
  }

  private static Code codeOf(final CompletableFuture<?> failed) {
    assertThat(failed).isCompletedExceptionally();
    if (failed.exceptionNow() instanceof final NodeException expected) {
      return expected.problem().code();
    }
    throw new AssertionError(failed.exceptionNow());
  }

  @Test
  void nothingIsReadUntilSomebodyAsks() {
    pass(1);
    assertThat(peer.reads).isEmpty();
    final CompletableFuture<Received> first = stream.receive(1000);
    assertThat(peer.reads).hasSize(1);
    final byte[] two = concat(FrameBuffer.framed(HELLO), FrameBuffer.framed(Bytes.EMPTY));
    arrives(two);
    assertThat(first).isCompletedWithValue(new Received(Optional.of(HELLO), false));
    assertThat(peer.reads).isEmpty();
    assertThat(held).isEqualTo(4);
    assertThat(stream.receive(0))
        .isCompletedWithValue(new Received(Optional.of(Bytes.EMPTY), false));
    assertThat(held).isZero();
  }

  @Test
  void framesCutAnywhereComeWholeAndInOrder() {
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    final List<Bytes> sent = new ArrayList<>();
    final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int i = 0; i < 50; i++) {
      final byte[] frame = new byte[random.nextInt(3000)];
      random.nextBytes(frame);
      sent.add(Bytes.wrap(frame));
      wire.writeBytes(FrameBuffer.framed(Bytes.wrap(frame)));
    }
    final byte[] bytes = wire.toByteArray();
    final List<Bytes> got = new ArrayList<>();
    int at = 0;
    while (true) {
      final CompletableFuture<Received> next = stream.receive(1000);
      while (!next.isDone()) {
        final int upTo = Math.min(bytes.length, at + 1 + random.nextInt(5000));
        arrives(Arrays.copyOfRange(bytes, at, upTo));
        at = upTo;
      }
      if (next.join().ended()) {
        break;
      }
      got.add(next.join().frame().orElseThrow());
    }
    assertThat(got).as("seed %d", seed).isEqualTo(sent);
    assertThat(held).isZero();
  }

  @Test
  void whoWaitsLongEnoughIsToldThatNothingCameAndLosesNothing() {
    final CompletableFuture<Received> first = stream.receive(2000);
    pass(1);
    assertThat(first).isNotDone();
    pass(1);
    assertThat(first).isCompletedWithValue(new Received(Optional.empty(), false));
    arrives(FrameBuffer.framed(HELLO));
    assertThat(stream.receive(0)).isCompletedWithValue(new Received(Optional.of(HELLO), false));
  }

  @Test
  void oneFrameIsAskedForAtATime() {
    final CompletableFuture<Received> first = stream.receive(2000);
    assertThat(codeOf(stream.receive(2000))).isEqualTo(Code.INVALID_REQUEST);
    assertThat(first).isNotDone();
  }

  @Test
  void aFrameThatIsTooLargeEndsTheStreamBeforeItIsRead() {
    final CompletableFuture<Received> first = stream.receive(2000);
    arrives(new byte[] {1, 0, 0, 1});
    assertThat(codeOf(first)).isEqualTo(Code.STREAM_ENDED);
    assertThat(peer.wasReset).isTrue();
    assertThat(held).isZero();
    assertThat(codeOf(stream.receive(0))).isEqualTo(Code.STREAM_ENDED);
  }

  @Test
  void anEndInOrderIsToldApartFromOneWithinAFrame() {
    final CompletableFuture<Received> whole = stream.receive(2000);
    arrives(END);
    assertThat(whole).isCompletedWithValue(new Received(Optional.empty(), true));
    assertThat(stream.receive(0)).isCompletedWithValue(new Received(Optional.empty(), true));
  }

  @Test
  void anEndWithinAFrameIsAFailure() {
    final CompletableFuture<Received> cut = stream.receive(2000);
    arrives(new byte[] {0, 0, 0, 2, 7});
    arrives(END);
    assertThat(codeOf(cut)).isEqualTo(Code.STREAM_ENDED);
  }

  @Test
  void theNextPieceGoesWhenThePeerHasTakenTheLast() {
    final Bytes large = Bytes.wrap(new byte[100_000]);
    final CompletableFuture<Done> first = stream.send(large);
    final CompletableFuture<Done> second = stream.send(HELLO);
    assertThat(peer.written).hasSize(1);
    taken();
    assertThat(peer.written).hasSize(2);
    assertThat(first).isNotDone();
    taken();
    assertThat(first).isCompleted();
    assertThat(second).isNotDone();
    stream.closeWrite();
    assertThat(peer.writeClosed).isFalse();
    taken();
    assertThat(second).isCompleted();
    assertThat(peer.writeClosed).isTrue();
    final ByteArrayOutputStream wire = new ByteArrayOutputStream();
    peer.written.forEach(wire::writeBytes);
    assertThat(wire.toByteArray())
        .isEqualTo(concat(FrameBuffer.framed(large), FrameBuffer.framed(HELLO)));
    assertThat(codeOf(stream.send(HELLO))).isEqualTo(Code.STREAM_ENDED);
  }

  @Test
  void aWriterWhoDoesNotWaitIsTurnedAway() {
    for (int i = 0; i < 8; i++) {
      assertThat(stream.send(HELLO)).isNotDone();
    }
    assertThat(codeOf(stream.send(HELLO))).isEqualTo(Code.BUSY);
    assertThat(codeOf(stream.send(Bytes.wrap(new byte[OpenedStream.MAX_FRAME + 1]))))
        .isEqualTo(Code.INVALID_REQUEST);
  }

  @Test
  void aPeerThatTakesNothingLosesTheStream() {
    final CompletableFuture<Done> first = stream.send(HELLO);
    pass(30);
    assertThat(first).isNotDone();
    pass(1);
    assertThat(codeOf(first)).isEqualTo(Code.STREAM_ENDED);
    assertThat(peer.wasReset).isTrue();
  }

  @Test
  void aStreamThatNobodyUsesIsResetAndForgotten() {
    pass(60);
    assertThat(peer.wasReset).isFalse();
    pass(1);
    assertThat(peer.wasReset).isTrue();
    assertThat(stream.isOver()).isTrue();
  }

  @Test
  void aStreamThatIsDoneWithDropsWhatComesAndIsForgottenAtItsEnd() {
    final CompletableFuture<Done> last = stream.send(HELLO);
    stream.done();
    arrives(FrameBuffer.framed(HELLO));
    taken();
    assertThat(last).isCompleted();
    assertThat(peer.writeClosed).isTrue();
    assertThat(stream.isOver()).isFalse();
    arrives(END);
    assertThat(stream.isOver()).isTrue();
    assertThat(peer.wasReset).isFalse();
    assertThat(held).isZero();
  }

  @Test
  void aPeerThatGoesOnForEverIsCutOff() {
    stream.done();
    pass(11);
    assertThat(peer.wasReset).isTrue();
    assertThat(stream.isOver()).isTrue();
  }

  private static byte[] concat(final byte[] first, final byte[] second) {
    final byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
