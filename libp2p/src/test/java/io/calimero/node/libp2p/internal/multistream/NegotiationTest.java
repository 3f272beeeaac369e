// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.multistream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.libp2p.Libp2pException;
import io.calimero.node.libp2p.NegotiationException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class NegotiationTest {
  private static final String HELLO = "\u0013/multistream/1.0.0\n";

  private final ByteBuf toListener = Unpooled.buffer();
  private final ByteBuf toDialer = Unpooled.buffer();

  private static ByteBuf bytes(final String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  @Test
  void theMessagesAreThoseOfTheSpecification() {
    Negotiation.dialer(List.of("/a/1")).start(toListener);
    assertThat(toListener.toString(StandardCharsets.UTF_8)).isEqualTo(HELLO + "\u0005/a/1\n");
    Negotiation.listener("/a/1"::equals).start(toDialer);
    assertThat(toDialer.toString(StandardCharsets.UTF_8)).isEqualTo(HELLO);
  }

  @Test
  void theFirstCommonProtocolIsAgreedOnAndWhatFollowsIsLeftAlone() {
    final Negotiation dialer = Negotiation.dialer(List.of("/a/1", "/b/1", "/c/1"));
    final Negotiation listener = Negotiation.listener(List.of("/c/1", "/b/1")::contains);
    dialer.start(toListener);
    listener.start(toDialer);
    assertThat(listener.feed(toListener, toDialer)).isEmpty();
    assertThat(dialer.feed(toDialer, toListener)).isEmpty();
    toListener.writeByte(42);
    assertThat(listener.feed(toListener, toDialer)).contains("/b/1");
    assertThat(toListener.readByte()).isEqualTo((byte) 42);
    toDialer.writeByte(43);
    assertThat(dialer.feed(toDialer, toListener)).contains("/b/1");
    assertThat(toDialer.readByte()).isEqualTo((byte) 43);
  }

  @Test
  void messagesMayArriveByteByByte() {
    final Negotiation listener = Negotiation.listener("/a/1"::equals);
    final ByteBuf all = bytes(HELLO + "\u0005/a/1\n");
    final ByteBuf arrived = Unpooled.buffer();
    Optional<String> agreed = Optional.empty();
    while (all.isReadable()) {
      assertThat(agreed).isEmpty();
      arrived.writeByte(all.readByte());
      agreed = listener.feed(arrived, toDialer);
    }
    assertThat(agreed).contains("/a/1");
  }

  @Test
  void withoutACommonProtocolTheDialerFails() {
    final Negotiation dialer = Negotiation.dialer(List.of("/a/1"));
    assertThatThrownBy(() -> dialer.feed(bytes(HELLO + "\u0003na\n"), toListener))
        .isInstanceOf(NegotiationException.class)
        .hasMessageContaining("/a/1");
  }

  @Test
  void aPeerThatBreaksTheRulesIsRefused() {
    for (final String wrong :
        List.of("\u0005/b/1\n", HELLO + "\u0005/b/1\n", "\u0000", "\u00ff\u007f", "\u0002ab")) {
      final Negotiation dialer = Negotiation.dialer(List.of("/a/1"));
      assertThatThrownBy(() -> dialer.feed(bytes(wrong), toListener))
          .as(wrong)
          .isInstanceOf(NegotiationException.class);
    }
  }

  @Test
  void aDialerThatNeverStopsProposingIsCutOff() {
    final Negotiation listener = Negotiation.listener("/a/1"::equals);
    final ByteBuf flood = bytes(HELLO + "\u0005/b/1\n".repeat(100));
    assertThatThrownBy(() -> listener.feed(flood, toDialer))
        .isInstanceOf(NegotiationException.class);
  }

  @Property(tries = 2000)
  void anyBytesAreTakenOrRefused(
      @ForAll @Size(max = 60) final byte[] bytes, @ForAll final boolean greeted) {
    final ByteBuf in = Unpooled.buffer();
    if (greeted) {
      in.writeBytes(bytes(HELLO));
    }
    in.writeBytes(bytes);
    try {
      assertThat(Negotiation.listener("/a/1"::equals).feed(in, Unpooled.buffer())).isEmpty();
    } catch (final Libp2pException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
