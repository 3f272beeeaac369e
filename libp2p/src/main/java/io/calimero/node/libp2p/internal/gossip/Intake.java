// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.gossip;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PubSub.MessageHandler;
import io.calimero.node.libp2p.PubSub.MessageValidator;
import io.calimero.node.libp2p.PubSub.Validation;
import io.calimero.node.libp2p.PubSubMessage;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.async.Timers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to a message that arrives: checked, judged, delivered, passed on. One thread. */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /** More messages than this are not judged at a time; gossip may bring the others back. */
  private static final int MAX_JUDGED = 1024;

  private static final int MAX_RECENT = 4096;

  private final RouterContext router;
  private final MessageSeal seal;
  private final SeenCache seen;
  private final Executor owner;
  private final BiConsumer<GossipMessage, Set<PeerId>> passOn;
  private final Map<String, MessageHandler> handlers = new HashMap<>();
  private final Map<String, MessageValidator> validators = new HashMap<>();

  /** Messages that are being judged, with everybody who sent them meanwhile. */
  private final Map<ByteString, Set<PeerId>> judged = new HashMap<>();

  /** When messages were found valid lately, for deliveries that are nearly first. */
  private final Map<ByteString, Long> recent = new LinkedHashMap<>();

  Intake(
      final RouterContext router,
      final MessageSeal seal,
      final SeenCache seen,
      final Executor owner,
      final BiConsumer<GossipMessage, Set<PeerId>> passOn) {
    this.router = router;
    this.seal = seal;
    this.seen = seen;
    this.owner = owner;
    this.passOn = passOn;
  }

  void handle(final String topic, final MessageHandler handler) {
    handlers.put(topic, handler);
  }

  void unhandle(final String topic) {
    handlers.remove(topic);
  }

  void validate(final String topic, final MessageValidator validator) {
    validators.put(topic, validator);
  }

  /** Takes a message that {@code sender} sent. */
  void take(final PeerId sender, final GossipMessage message) {
    if (!handlers.containsKey(message.topic())) {
      return;
    }
    final ByteString id = message.id();
    if (seen.contains(id)) {
      again(sender, message);
      return;
    }
    // Only what is genuine is remembered: a forgery must not keep the real message out.
    if (!seal.genuine(message)) {
      LOG.debug("{} sent a message that its author did not sign", sender);
      router.scores().deliveredInvalid(sender, message.topic());
      return;
    }
    final PeerId author = PeerId.decode(message.from().toByteArray());
    if (author.equals(router.self())
        || judged.size() >= MAX_JUDGED
        || message.encode().length > router.params().maxMessage()) {
      return;
    }
    seen.add(id, router.now());
    final Set<PeerId> senders = new LinkedHashSet<>();
    senders.add(sender);
    judged.put(id, senders);
    judge(
        message,
        new PubSubMessage(author, sender, message.topic(), number(message), message.data()));
  }

  private static long number(final GossipMessage message) {
    return message.sequence().asReadOnlyByteBuffer().getLong();
  }

  private void again(final PeerId sender, final GossipMessage message) {
    final Set<PeerId> senders = judged.get(message.id());
    if (senders != null) {
      senders.add(sender);
      return;
    }
    final Long at = recent.get(message.id());
    if (at != null && router.now() - at <= router.params().score().meshDeliveryWindow().toNanos()) {
      router.scores().deliveredNearlyFirst(sender, message.topic());
    }
  }

  private void judge(final GossipMessage message, final PubSubMessage shown) {
    final MessageValidator validator = validators.get(message.topic());
    if (validator == null) {
      decide(message, shown, Validation.ACCEPT);
      return;
    }
    CompletableFuture<Validation> verdict;
    try {
      verdict = validator.validate(shown);
    } catch (final RuntimeException e) {
      verdict = CompletableFuture.failedFuture(e);
    }
    final CompletableFuture<Validation> bounded = verdict.copy();
    final Timers.Timer deadline =
        router
            .timers()
            .after(router.params().validationTime(), () -> bounded.complete(Validation.IGNORE));
    Futures.ignore(
        bounded.whenComplete(
            (validation, failure) ->
                owner.execute(
                    () -> {
                      deadline.cancel();
                      if (failure != null) {
                        LOG.warn("The validator of {} failed", message.topic(), failure);
                      }
                      decide(message, shown, failure == null ? validation : Validation.IGNORE);
                    })));
  }

  private void decide(
      final GossipMessage message, final PubSubMessage shown, final Validation validation) {
    final Set<PeerId> senders = judged.remove(message.id());
    if (senders == null) {
      return;
    }
    switch (validation) {
      case REJECT ->
          senders.forEach(peer -> router.scores().deliveredInvalid(peer, message.topic()));
      case IGNORE -> LOG.debug("A message of {} is ignored", message.topic());
      case ACCEPT -> accept(message, shown, senders);
    }
  }

  private void accept(
      final GossipMessage message, final PubSubMessage shown, final Set<PeerId> senders) {
    router.scores().deliveredFirst(shown.sender(), message.topic());
    senders.stream()
        .filter(peer -> !peer.equals(shown.sender()))
        .forEach(peer -> router.scores().deliveredNearlyFirst(peer, message.topic()));
    recent.put(message.id(), router.now());
    if (recent.size() > MAX_RECENT) {
      recent.remove(recent.keySet().iterator().next());
    }
    passOn.accept(message, senders);
    final MessageHandler handler = handlers.get(message.topic());
    if (handler != null) {
      try {
        handler.handle(shown);
      } catch (final RuntimeException e) {
        LOG.warn("The handler of {} failed", message.topic(), e);
      }
    }
  }
}
