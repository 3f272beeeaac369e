// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.LimitException;
import io.calimero.node.libp2p.StreamException;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.VirtualTime;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class YamuxSessionTest {
  private static final YamuxConfig CONFIG =
      new YamuxConfig(4, 1 << 20, 1 << 20, 1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(10));

  private final VirtualTime time = new VirtualTime();
  private final Side dialer = new Side(true, time);
  private final Side listener = new Side(false, time);

  /** One end: a session and what it has sent. */
  private static final class Side implements FrameSink {
    private final ByteBuf sent = Unpooled.buffer();
    private final List<YamuxStream> accepted = new ArrayList<>();
    private final YamuxSession session;
    private boolean writable = true;
    private boolean closed;

    Side(final boolean dialer, final VirtualTime time) {
      session = new YamuxSession(dialer, CONFIG, this, time, time, accepted::add);
    }

    @Override
    public ByteBuf allocate(final int size) {
      return Unpooled.buffer(size);
    }

    @Override
    public void write(final ByteBuf frame) {
      sent.writeBytes(frame);
    }

    @Override
    public void flush() {}

    @Override
    public boolean writable() {
      return writable;
    }

    @Override
    public void close() {
      closed = true;
    }

    void frame(final int type, final int flags, final long stream, final long length) {
      final ByteBuf frame = Unpooled.buffer();
      new Frame(type, flags, stream, length).write(frame);
      session.receive(frame);
    }
  }

  /** Carries everything across until nothing moves any more. */
  private void settle() {
    while (dialer.sent.isReadable() || listener.sent.isReadable()) {
      carry(dialer, listener);
      carry(listener, dialer);
    }
  }

  private static void carry(final Side from, final Side to) {
    final ByteBuf bytes = from.sent.copy();
    from.sent.clear();
    to.session.receive(bytes);
  }

  private static void assertReset(final CompletableFuture<?> future) {
    assertThatThrownBy(future::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(StreamException.class);
  }

  @Test
  void bytesArriveInOrderAndBothSidesCloseOnTheirOwn() {
    final YamuxStream one = dialer.session.open();
    final CompletableFuture<Void> written = one.write(new byte[] {1, 2, 3});
    final CompletableFuture<Void> finished = one.closeWrite();
    settle();
    final YamuxStream two = listener.accepted.getFirst();
    assertThat(two.read().join()).containsExactly(1, 2, 3);
    assertThat(two.read().join()).isEmpty();
    assertThat(written).isCompleted();
    assertThat(finished).isCompleted();
    assertThat(one.closed()).isNotDone();
    Futures.ignore(two.write(new byte[] {4}));
    Futures.ignore(two.closeWrite());
    settle();
    assertThat(one.read().join()).containsExactly(4);
    assertThat(one.read().join()).isEmpty();
    assertThat(one.closed()).isCompleted();
    assertThat(two.closed()).isCompleted();
    assertThat(dialer.session.streams()).isZero();
    assertThat(listener.session.streams()).isZero();
  }

  @Test
  void aWriterWaitsForTheWindowAndTheReaderOpensIt() {
    final YamuxStream one = dialer.session.open();
    final byte[] sent = new byte[1_000_000];
    new Random(3).nextBytes(sent);
    final CompletableFuture<Void> written = one.write(sent);
    settle();
    assertThat(written).isNotDone();
    final YamuxStream two = listener.accepted.getFirst();
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    while (received.size() < sent.length) {
      received.writeBytes(two.read().join());
      settle();
    }
    assertThat(received.toByteArray()).isEqualTo(sent);
    assertThat(written).isCompleted();
  }

  @Test
  void aWindowGrowsWithAFastReaderAndStopsAtItsBound() {
    final YamuxStream one = dialer.session.open();
    settle();
    final YamuxStream two = listener.accepted.getFirst();
    for (int i = 0; i < 40; i++) {
      Futures.ignore(one.write(new byte[256 << 10]));
      settle();
      assertThat(two.read().join()).isNotEmpty();
      settle();
    }
    assertThat(two.grownBy()).isEqualTo(CONFIG.maxWindow() - YamuxConfig.INITIAL_WINDOW);
    one.reset();
    settle();
    final YamuxStream next = dialer.session.open();
    settle();
    assertThat(listener.session.streams()).isEqualTo(1);
    next.reset();
  }

  @Test
  void aSlowReaderKeepsItsSmallWindow() {
    final YamuxStream one = dialer.session.open();
    settle();
    final YamuxStream two = listener.accepted.getFirst();
    for (int i = 0; i < 10; i++) {
      Futures.ignore(one.write(new byte[200 << 10]));
      settle();
      time.pass(Duration.ofSeconds(1));
      assertThat(two.read().join()).isNotEmpty();
      settle();
    }
    assertThat(two.grownBy()).isZero();
  }

  @Test
  void aResetEndsBothDirectionsOnBothSides() {
    final YamuxStream one = dialer.session.open();
    settle();
    final YamuxStream two = listener.accepted.getFirst();
    final CompletableFuture<byte[]> read = one.read();
    two.reset();
    settle();
    assertReset(read);
    assertReset(one.write(new byte[1]));
    assertReset(one.closeWrite());
    assertReset(two.read());
    assertThat(one.closed()).isCompleted();
    assertThat(dialer.session.streams()).isZero();
    // What was on its way to a stream that is gone is passed over.
    listener.frame(Frame.DATA, 0, 1, 1);
    listener.session.receive(Unpooled.wrappedBuffer(new byte[1]));
    assertThat(listener.session.closed()).isNotDone();
  }

  @Test
  void aPeerThatWritesBeyondTheWindowLosesTheConnection() {
    final YamuxStream one = dialer.session.open();
    settle();
    listener.frame(Frame.DATA, 0, 1, YamuxConfig.INITIAL_WINDOW + 1);
    assertThat(listener.closed).isTrue();
    assertThat(listener.session.closed().join()).contains("window");
    settle();
    assertThat(dialer.session.closed()).isCompleted();
    assertReset(one.read());
  }

  @Test
  void aPeerThatOpensTooManyStreamsIsRefusedAndThenCutOff() {
    for (int i = 0; i < CONFIG.maxStreams(); i++) {
      listener.frame(Frame.WINDOW_UPDATE, Frame.SYN, 2 * i + 1, 0);
    }
    assertThat(listener.accepted).hasSize(CONFIG.maxStreams());
    long id = 2L * CONFIG.maxStreams() + 1;
    for (int i = 0; i < 1024; i++, id += 2) {
      listener.frame(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
    }
    assertThat(listener.session.closed()).isNotDone();
    assertThat(listener.accepted).hasSize(CONFIG.maxStreams());
    listener.frame(Frame.WINDOW_UPDATE, Frame.SYN, id, 0);
    assertThat(listener.session.closed()).isCompleted();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i <= CONFIG.maxStreams(); i++) {
                dialer.session.open();
              }
            })
        .isInstanceOf(LimitException.class);
  }

  @Test
  void wrongStreamNumbersAreRefused() {
    for (final long wrong : new long[] {0, 2}) {
      final Side side = new Side(false, time);
      side.frame(Frame.WINDOW_UPDATE, Frame.SYN, wrong, 0);
      assertThat(side.session.closed()).isCompleted();
    }
    listener.frame(Frame.WINDOW_UPDATE, Frame.SYN, 3, 0);
    listener.frame(Frame.WINDOW_UPDATE, Frame.SYN, 3, 0);
    assertThat(listener.session.closed()).isCompleted();
  }

  @Test
  void aPeerThatNoLongerAnswersLosesTheConnection() {
    dialer.session.start();
    time.pass(Duration.ofSeconds(9));
    settle();
    time.pass(Duration.ofSeconds(29));
    assertThat(dialer.session.closed()).isNotDone();
    time.pass(Duration.ofSeconds(12));
    assertThat(dialer.session.closed().join()).contains("did not answer");
    assertThat(dialer.closed).isTrue();
  }

  @Test
  void aGoAwayLetsOpenStreamsFinishAndNoNewOnesBegin() {
    final YamuxStream one = dialer.session.open();
    settle();
    dialer.frame(Frame.GO_AWAY, 0, 0, Frame.NORMAL);
    assertThat(dialer.session.closed()).isNotDone();
    assertThatThrownBy(dialer.session::open).hasMessageContaining("closing");
    one.reset();
    assertThat(dialer.session.closed()).isCompleted();
  }

  @Test
  void dataWaitsUntilTheConnectionTakesIt() {
    final YamuxStream one = dialer.session.open();
    settle();
    dialer.writable = false;
    final CompletableFuture<Void> written = one.write(new byte[10]);
    settle();
    assertThat(written).isNotDone();
    dialer.writable = true;
    dialer.session.writable();
    assertThat(written).isCompleted();
  }

  @Test
  void twoReadsAtOnceAreRefused() {
    final YamuxStream one = dialer.session.open();
    final CompletableFuture<byte[]> first = one.read();
    assertThat(one.read()).isCompletedExceptionally();
    assertThat(first).isNotDone();
  }

  @Property(tries = 2000)
  void anyBytesAreTakenOrEndTheSession(@ForAll @Size(max = 64) final byte[] bytes) {
    final Side side = new Side(false, new VirtualTime());
    side.frame(Frame.WINDOW_UPDATE, Frame.SYN, 1, 0);
    for (final byte next : bytes) {
      side.session.receive(Unpooled.wrappedBuffer(new byte[] {next}));
    }
    assertThat(side.session.streams()).isLessThanOrEqualTo(CONFIG.maxStreams());
  }

  @Property(tries = 500)
  void anyFramesAreTakenOrEndTheSession(@ForAll final long seed) {
    final Random random = new Random(seed);
    final Side side = new Side(false, new VirtualTime());
    for (int i = 0; i < 50; i++) {
      final ByteBuf frame = Unpooled.buffer();
      final int length = random.nextInt(40);
      final int type = random.nextInt(4);
      new Frame(type, random.nextInt(16), random.nextInt(8), length).write(frame);
      if (type == Frame.DATA) {
        frame.writeBytes(new byte[length]);
      }
      side.session.receive(frame);
      if (!side.accepted.isEmpty() && random.nextInt(5) == 0) {
        side.accepted.get(random.nextInt(side.accepted.size())).reset();
      }
    }
    assertThat(side.session.streams()).isLessThanOrEqualTo(CONFIG.maxStreams());
  }
}
