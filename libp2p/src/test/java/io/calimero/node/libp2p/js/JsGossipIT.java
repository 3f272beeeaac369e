// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.js;

import static io.calimero.node.libp2p.internal.host.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.calimero.node.libp2p.GossipParams;
import io.calimero.node.libp2p.GossipSub;
import io.calimero.node.libp2p.Host;
import io.calimero.node.libp2p.HostBuilder;
import io.calimero.node.libp2p.PrivateKey;
import io.calimero.node.libp2p.PubSub;
import io.calimero.node.libp2p.PubSub.Validation;
import io.calimero.node.libp2p.PubSubMessage;
import io.calimero.node.libp2p.internal.async.Futures;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Gossip with js-libp2p. */
@Execution(ExecutionMode.CONCURRENT)
final class JsGossipIT {
  private static final String TOPIC = "a topic";

  private final PrivateKey key = PrivateKey.generate(new SecureRandom());
  private final Host host = new HostBuilder(key).listen("/ip4/127.0.0.1/tcp/0").build();
  private final BlockingQueue<PubSubMessage> received = new LinkedBlockingQueue<>();
  private final PubSub pubSub = GossipSub.start(host, key, GossipParams.DEFAULT);

  @BeforeEach
  void start() {
    await(host.start());
    await(pubSub.subscribe(TOPIC, received::add));
  }

  @AfterEach
  void stop() {
    await(pubSub.stop());
    await(host.stop());
  }

  /** Asks until the answer is yes: each question is a round trip, so this does not spin. */
  private static void eventually(final BooleanSupplier question) {
    final CompletableFuture<Boolean> answered = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              while (!answered.isDone() && !question.getAsBoolean()) {
                Thread.onSpinWait();
              }
              answered.complete(true);
            });
    await(answered.whenComplete((ok, failure) -> answered.complete(false)));
  }

  private void meet(final JsPeer js) {
    js.ask("subscribe", "topic", TOPIC);
    await(host.connect(js.id(), js.addresses()));
    eventually(() -> await(pubSub.mesh(TOPIC)).contains(js.id()));
    eventually(() -> js.ask("mesh", "topic", TOPIC).toString().contains(host.id().toString()));
  }

  private PubSubMessage next() throws InterruptedException {
    final PubSubMessage message = received.poll(90, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("No message came");
    }
    return message;
  }

  @Test
  void messagesGoBothWays() throws InterruptedException {
    try (JsPeer js = JsPeer.start("{\"gossip\":\"signed\"}")) {
      meet(js);
      js.ask("publish", "topic", TOPIC, "text", "from js");
      final PubSubMessage fromJs = next();
      assertThat(fromJs.author()).isEqualTo(js.id());
      assertThat(fromJs.data()).isEqualTo("from js".getBytes(StandardCharsets.UTF_8));
      js.ask("publish", "topic", TOPIC, "size", 1_000_000);
      assertThat(next().data()).hasSize(1_000_000);
      final byte[] text = "from the JVM".getBytes(StandardCharsets.UTF_8);
      assertThat(await(pubSub.publish(TOPIC, text))).isEqualTo(1);
      assertThat(await(pubSub.publish(TOPIC, new byte[1_000_000]))).isEqualTo(1);
      eventually(() -> js.ask("received").get("messages").size() == 2);
      final JsonNode messages = js.ask("received").get("messages");
      assertThat(messages.get(0).get("text").asText()).isEqualTo("from the JVM");
      assertThat(messages.get(0).get("from").asText()).isEqualTo(host.id().toString());
      assertThat(messages.get(1).get("size").asInt()).isEqualTo(1_000_000);
      await(pubSub.unsubscribe(TOPIC));
      eventually(() -> js.ask("subscribers", "topic", TOPIC).get("peers").isEmpty());
    }
  }

  @Test
  void unsignedMessagesAndWhatAValidatorRejectsLowerTheScore() throws InterruptedException {
    try (JsPeer unsigned = JsPeer.start("{\"gossip\":\"unsigned\"}");
        JsPeer js = JsPeer.start("{\"gossip\":\"signed\"}")) {
      meet(unsigned);
      meet(js);
      pubSub.validate(
          TOPIC,
          message ->
              CompletableFuture.completedFuture(
                  message.data().length > 4 ? Validation.REJECT : Validation.ACCEPT));
      unsigned.ask("publish", "topic", TOPIC, "text", "no");
      eventually(() -> await(pubSub.score(unsigned.id())) < 0);
      js.ask("publish", "topic", TOPIC, "text", "wrong");
      eventually(() -> await(pubSub.score(js.id())) < 0);
      js.ask("publish", "topic", TOPIC, "text", "good");
      assertThat(next().data()).hasSize(4);
      assertThat(received).isEmpty();
      Futures.ignore(pubSub.publish(TOPIC, new byte[1]));
    }
  }
}
