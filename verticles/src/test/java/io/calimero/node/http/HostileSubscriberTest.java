// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static io.calimero.node.http.Samples.CONTEXT;
import static io.calimero.node.http.Samples.hash;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.http.PushingNode.Client;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** Subscribers that take more than their share, or send what they should not. */
class HostileSubscriberTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration MOMENT = Duration.ofMillis(200);
  private static final ApplicationEvent BIG =
      new ApplicationEvent("Big", Bytes.wrap(new byte[8192]), Optional.empty());

  private static PushLimits limits(final Duration ping, final Duration stall) {
    return new PushLimits(4, 1, 4, 16, 24, 4096, 4, 65_536, ping, MOMENT, LONG, stall, LONG);
  }

  @Test
  void aSlowClientLosesNothingAndTakesNoMemory() throws IOException {
    try (PushingNode node = new PushingNode(limits(LONG, LONG))) {
      node.log(CONTEXT);
      final Client client = node.open();
      client.subscribe(CONTEXT);
      client.socket().pause();
      final int events = 1000;
      IntStream.range(0, events).forEach(_ -> node.execute(CONTEXT, BIG));
      final Client other = node.open();
      other.subscribe(CONTEXT, events + 1);
      assertThat(other.position()).isEqualTo(events + 1);
      client.socket().resume();
      for (int i = 0; i < events; i++) {
        assertThat(client.position()).isEqualTo(i + 2);
      }
    }
  }

  @Test
  void whoReadsNothingAtAllIsClosed() throws IOException {
    try (PushingNode node = new PushingNode(limits(LONG, MOMENT))) {
      node.log(CONTEXT);
      IntStream.range(0, 3000).forEach(_ -> node.log(CONTEXT).execute(BIG));
      try (Socket socket = upgrade(node, "")) {
        socket.getOutputStream().write(text(subscribe(CONTEXT, 1)));
        awaitRoomForAnother(node);
      }
      try (SseClient client = new SseClient(node)) {
        final String session = client.next().json().getString("session_id");
        node.node()
            .post(
                "/sse/subscription",
                "{\"id\":\"" + session + "\"," + subscribe(CONTEXT, 1).substring(8));
        awaitStream(node); // the place of the only one that there may be
      }
    }
  }

  @Test
  void whoDoesNotAnswerPingsIsClosed() throws IOException {
    try (PushingNode node = new PushingNode(limits(MOMENT, LONG));
        Socket socket = upgrade(node, "")) {
      final InputStream in = socket.getInputStream();
      int opcode = 0;
      while (opcode != 8) {
        opcode = in.read() & 0x0f;
        in.readNBytes(in.read() & 0x7f);
      }
      assertThat(in.read()).isNegative();
      // while one that answers, as every client library does by itself, stays
      final Client client = node.open();
      node.log(CONTEXT);
      client.subscribe(CONTEXT);
      final long until = System.nanoTime() + MOMENT.toNanos() * 4;
      while (System.nanoTime() < until) {
        node.execute(CONTEXT);
        client.position();
      }
    }
  }

  @Test
  void thereIsABoundOnSocketsAndTheirPlaceIsFreeAgain() {
    try (PushingNode node = new PushingNode(limits(LONG, LONG))) {
      final var clients = IntStream.range(0, 4).mapToObj(_ -> node.open()).toList();
      assertThat(node.refused()).isEqualTo(503);
      clients.getFirst().close();
      awaitRoomForAnother(node);
    }
  }

  @Test
  void thereIsABoundOnSubscriptionsOfOneAndOfAll() {
    try (PushingNode node = new PushingNode(limits(LONG, LONG))) {
      final Client greedy = node.open();
      assertThat(greedy.ask(subscribe(17, "a")).getJsonObject("error").getString("type"))
          .isEqualTo("Busy");
      assertThat(greedy.ask(subscribe(16, "a")).containsKey("result")).isTrue();
      assertThat(greedy.ask(subscribe(16, "b")).containsKey("error")).isTrue();
      final Client second = node.open();
      final var result = second.ask(subscribe(16, "c")).getJsonObject("result");
      assertThat(result.getJsonArray("contextIds")).hasSize(8);
      assertThat(result.getJsonArray("calimero_refused")).hasSize(8);
      greedy.close();
      while (second
              .ask(subscribe(16, "c"))
              .getJsonObject("result")
              .getJsonArray("contextIds")
              .size()
          < 16) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aMessageThatIsTooLargeOrNoTextEndsTheSocket() throws IOException {
    try (PushingNode node = new PushingNode(limits(LONG, LONG))) {
      final Client large = node.open();
      final var _ = large.socket().writeTextMessage("x".repeat(4097));
      assertThat(large.closeCode()).isIn(1006, 1009); // it may be cut off before it reads why
      final Client parts = node.open();
      for (int i = 0; i < 5; i++) {
        final boolean first = i == 0;
        final var _ =
            parts
                .socket()
                .writeFrame(
                    first
                        ? WebSocketFrame.textFrame("x".repeat(1000), false)
                        : WebSocketFrame.continuationFrame(Buffer.buffer("x".repeat(1000)), false));
      }
      assertThat(parts.closeCode()).isEqualTo(1009);
      final Client binary = node.open();
      final var _ = binary.socket().writeBinaryMessage(Buffer.buffer("{}"));
      assertThat(binary.closeCode()).isEqualTo(1003);
    }
  }

  @Test
  void aMessageThatUnfoldsToTooMuchEndsTheSocket() throws IOException {
    try (PushingNode node = new PushingNode(limits(LONG, LONG));
        Socket socket = upgrade(node, "Sec-WebSocket-Extensions: permessage-deflate\r\n")) {
      final Deflater deflater = new Deflater(9, true);
      deflater.setInput(new byte[2 << 20]);
      final byte[] bomb = new byte[3000];
      final int length = deflater.deflate(bomb, 0, bomb.length, Deflater.SYNC_FLUSH);
      deflater.end();
      socket.getOutputStream().write(frame(0xc1, Arrays.copyOf(bomb, length)));
      while (socket.getInputStream().read() >= 0) {
        // until the end
      }
      final Client client = node.open();
      assertThat(client.subscribe(CONTEXT).containsKey("result")).isTrue();
    }
  }

  @Test
  void aFloodOfMessagesThatNobodyReadsTheAnswersOfIsNotTakenIn() throws Exception {
    try (PushingNode node = new PushingNode(limits(LONG, MOMENT))) {
      try (Socket socket = upgrade(node, "")) {
        // each answer repeats the id, so that what the kernel holds for both is soon full
        final String id = "\"id\":\"" + "x".repeat(3000) + "\"";
        final byte[] wish = text(subscribe(16, "a").replace("\"id\":1", id));
        final Thread flood =
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        while (true) {
                          socket.getOutputStream().write(wish);
                        }
                      } catch (final IOException e) {
                        // the node has had enough
                      }
                    });
        flood.join(Duration.ofSeconds(30));
        assertThat(flood.isAlive()).isFalse();
      }
      final Client client = node.open();
      assertThat(client.ask(subscribe(1, "b")).containsKey("result")).isTrue();
    }
  }

  @Test
  void malformedFramesAndMessagesHarmNobodyElse() throws IOException {
    final long seed = new Random().nextLong();
    final Random random = new Random(seed);
    try (PushingNode node = new PushingNode(limits(LONG, LONG))) {
      node.log(CONTEXT);
      final Client witness = node.open();
      witness.subscribe(CONTEXT);
      final byte[] valid = subscribe(CONTEXT, 1).getBytes(UTF_8);
      for (int round = 0; round < 150; round++) {
        try (Socket socket = upgrade(node, "")) {
          final byte[] message = valid.clone();
          for (int i = random.nextInt(4); i >= 0; i--) {
            message[random.nextInt(message.length)] = (byte) random.nextInt(256);
          }
          final byte[] frame = frame(0x81, message);
          if (random.nextBoolean()) {
            frame[random.nextInt(6)] = (byte) random.nextInt(256);
          }
          socket.getOutputStream().write(frame, 0, 1 + random.nextInt(frame.length));
          socket.shutdownOutput();
        }
      }
      node.execute(CONTEXT);
      assertThat(witness.position()).as("seed %d", seed).isEqualTo(2);
    }
  }

  private static void awaitRoomForAnother(final PushingNode node) {
    for (int i = 0; i < 4; i++) {
      while (true) {
        try {
          node.open();
          break;
        } catch (final RuntimeException e) {
          Thread.onSpinWait(); // 503: not yet
        }
      }
      if (node.refused() == 503) {
        return;
      }
    }
  }

  private static void awaitStream(final PushingNode node) throws IOException {
    while (true) {
      try (SseClient client = new SseClient(node)) {
        if (client.status().contains("200")) {
          return;
        }
      }
    }
  }

  private static String subscribe(final int count, final String name) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + new ContextId(hash(name + i)) + "\"")
        .collect(
            Collectors.joining(
                ",", "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":[", "]}}"));
  }

  private static String subscribe(final ContextId context, final long from) {
    return "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":[\""
        + context
        + "\"],\"calimeroFrom\":"
        + from
        + "}}";
  }

  private static Socket upgrade(final PushingNode node, final String headers) throws IOException {
    while (true) {
      final Socket socket = new Socket();
      socket.setReceiveBufferSize(8192); // or megabytes would be read for it
      socket.setSoTimeout(20_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.node().port()));
      socket
          .getOutputStream()
          .write(
              ("GET /ws HTTP/1.1\r\nHost: node\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                      + headers
                      + "\r\n")
                  .getBytes(US_ASCII));
      final StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        final int next = socket.getInputStream().read();
        if (next < 0) {
          throw new IOException("closed: " + head);
        }
        head.append((char) next);
      }
      if (head.toString().startsWith("HTTP/1.1 101")) {
        return socket;
      }
      socket.close(); // the places of those before are not free yet
    }
  }

  private static byte[] text(final String text) {
    return frame(0x81, text.getBytes(UTF_8));
  }

  /** A frame of a client, masked with zeros (RFC 6455, 5.2). */
  private static byte[] frame(final int first, final byte[] payload) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(first);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length & 0xff);
    }
    out.writeBytes(new byte[4]);
    out.writeBytes(payload);
    return out.toByteArray();
  }
}
