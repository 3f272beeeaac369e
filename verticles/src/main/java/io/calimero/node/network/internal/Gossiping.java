// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.Judge;
import io.calimero.node.events.messages.NetworkMessages.Mesh;
import io.calimero.node.events.messages.NetworkMessages.Publish;
import io.calimero.node.events.messages.NetworkMessages.Published;
import io.calimero.node.events.messages.NetworkMessages.Verdict;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PubSub;
import io.calimero.node.libp2p.PubSub.Validation;
import io.calimero.node.libp2p.PubSubMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The topics, and the messages that wait for their judgement. On the loop only. */
final class Gossiping {
  private static final int MAX_WAITING = 1024;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final PubSub pubSub;
  private final Executor loop;
  private final LongSupplier nanoTime;
  private final Notices notices;
  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
  private long lastNumber;

  private record Waiting(CompletableFuture<Validation> verdict, long until) {}

  Gossiping(
      final PubSub pubSub,
      final Executor loop,
      final LongSupplier nanoTime,
      final Notices notices) {
    this.pubSub = pubSub;
    this.loop = loop;
    this.nanoTime = nanoTime;
    this.notices = notices;
  }

  CompletableFuture<Void> subscribe(final String topic) {
    pubSub.validate(topic, this::judged);
    // A message is told when it comes, not when it was found good.
    return pubSub.subscribe(topic, _ -> {});
  }

  CompletableFuture<Void> unsubscribe(final String topic) {
    return pubSub.unsubscribe(topic);
  }

  CompletableFuture<Published> publish(final Publish request) {
    return pubSub.publish(request.topic(), request.data().toByteArray()).thenApply(Published::new);
  }

  CompletableFuture<Mesh> mesh(final String topic) {
    return pubSub
        .subscribers(topic)
        .thenCombine(pubSub.mesh(topic), (all, mesh) -> new Mesh(names(all), names(mesh)));
  }

  void judge(final Judge judgement) {
    final Waiting judged = waiting.remove(judgement.number());
    if (judged != null) {
      judged.verdict.complete(validation(judgement.verdict()));
    }
  }

  void tick() {
    final long now = nanoTime.getAsLong();
    waiting
        .values()
        .removeIf(late -> now - late.until >= 0 && late.verdict.complete(Validation.IGNORE));
  }

  private CompletableFuture<Validation> judged(final PubSubMessage message) {
    final CompletableFuture<Validation> verdict = new CompletableFuture<>();
    loop.execute(() -> tell(message, verdict));
    return verdict;
  }

  private void tell(final PubSubMessage message, final CompletableFuture<Validation> verdict) {
    if (waiting.size() >= MAX_WAITING) {
      verdict.complete(Validation.IGNORE);
      return;
    }
    final long number = ++lastNumber;
    waiting.put(number, new Waiting(verdict, nanoTime.getAsLong() + PATIENCE_NANOS));
    notices.gossip(
        new Gossip(
            number,
            message.topic(),
            message.author().toString(),
            message.sender().toString(),
            Bytes.wrap(message.data())));
  }

  private static Validation validation(final Verdict verdict) {
    return switch (verdict) {
      case ACCEPT -> Validation.ACCEPT;
      case IGNORE -> Validation.IGNORE;
      case REJECT -> Validation.REJECT;
    };
  }

  private static List<String> names(final List<PeerId> peers) {
    return peers.stream().sorted().map(PeerId::toString).toList();
  }
}
