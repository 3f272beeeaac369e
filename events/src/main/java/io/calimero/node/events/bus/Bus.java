// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.NodeException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.shareddata.Shareable;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The event bus with the node's topics on it.
 *
 * <p>Delivery is at most once. Within the JVM, what one verticle sends to one address is delivered
 * in the order of sending. A failed command fails with a {@link NodeException}, always.
 */
public final class Bus {
  private static final String OBSERVER_MAP = "calimero.observer";
  private static final String OBSERVER = "observer";

  private final EventBus eventBus;
  private final BusObserver observer;
  private final Place place;
  private final Optional<String> node;

  private record Shared(BusObserver observer) implements Shareable {}

  private Bus(
      final EventBus eventBus,
      final BusObserver observer,
      final Place place,
      final Optional<String> node) {
    this.eventBus = eventBus;
    this.observer = observer;
    this.place = place;
    this.node = node;
  }

  /** The bus of a Vert.x. May be asked for any number of times. */
  public static Bus of(final Vertx vertx) {
    final EventBus eventBus = vertx.eventBus();
    synchronized (eventBus) {
      if (!vertx.sharedData().<String, Boolean>getLocalMap(ParcelCodec.NAME).containsKey("codec")) {
        eventBus.registerCodec(new ParcelCodec());
        vertx.sharedData().<String, Boolean>getLocalMap(ParcelCodec.NAME).put("codec", true);
      }
    }
    final Shared shared =
        vertx.sharedData().<String, Shared>getLocalMap(OBSERVER_MAP).get(OBSERVER);
    return new Bus(
        eventBus,
        shared == null ? BusObserver.NONE : shared.observer(),
        Place.of(vertx),
        Optional.empty());
  }

  /**
   * From now on whoever asks for the bus of this Vert.x is seen by the observer; who has asked
   * before is not.
   */
  public static void observe(final Vertx vertx, final BusObserver observer) {
    vertx
        .sharedData()
        .<String, Shared>getLocalMap(OBSERVER_MAP)
        .put(OBSERVER, new Shared(observer));
  }

  /**
   * Sends a command and waits for its reply, as long as the topic allows. Where a node is placed in
   * this JVM it is meant; elsewhere in a cluster, the node that the command is for
   * (docs/topics.md).
   *
   * @return the reply, or a {@link NodeException}: whatever the answering verticle said, {@code
   *     TIMEOUT}, {@code NOT_READY} if nobody in this JVM answers this topic, or {@code
   *     NODE_UNAVAILABLE} if the node cannot be reached
   */
  public <Q, R> Future<R> request(final CommandTopic<Q, R> topic, final Q request) {
    if (topic.scope() == Scope.CLUSTER && (node.isPresent() || place.asksElsewhere())) {
      final Router router = place.router(observer);
      return node.isPresent()
          ? router.request(node.get(), topic, request)
          : router.request(topic, request);
    }
    return Requests.send(
        eventBus,
        topic.address(),
        true,
        topic,
        request,
        cause -> {
          final NodeException failure = Requests.transportFailure(topic, cause);
          observer.unanswered(topic, failure);
          return failure;
        });
  }

  /**
   * The same bus, on which every command goes to one node of the cluster, whatever it is about.
   *
   * @param name the name of the node; one that nobody has heard of is {@code NODE_UNAVAILABLE}
   */
  public Bus on(final String name) {
    return new Bus(eventBus, observer, place, Optional.of(name));
  }

  /** Nodes that should be in the cluster: until they are heard of, they count as away. */
  public void expect(final Collection<String> names) {
    place.expect(names, observer);
  }

  /** The nodes of the cluster that this JVM knows of, by their names; empty without a cluster. */
  public List<ClusterNode> nodes() {
    return place.isClustered()
        ? place.nodes(observer).stream()
            .map(each -> new ClusterNode(each.name(), each.isThere(), each.contexts()))
            .toList()
        : List.of();
  }

  /**
   * Answers a command. The handler runs on the context of the calling verticle; what it fails with
   * reaches the requester as a problem, {@code INTERNAL} where it is no {@link NodeException}.
   */
  public <Q, R> MessageConsumer<?> serve(
      final CommandTopic<Q, R> topic, final Function<Q, Future<R>> handler) {
    final Served<Q, R> served = new Served<>(topic, observer, handler);
    final MessageConsumer<Object> consumer = consumer(topic.address(), topic.scope());
    if (topic.scope() == Scope.CLUSTER && place.isClustered() && place.hosted().isPresent()) {
      final HostedNode hosted = place.hosted().get();
      final MessageConsumer<Object> ofThisRun =
          eventBus.consumer(KnownNode.address(topic.address(), hosted.incarnation()));
      hosted.listening().add(ofThisRun.handler(served::ofTheJvm).completion());
      // What comes from anywhere as JSON may be for another node: it is passed on.
      final Router router = place.router(observer);
      final Served<Q, R> front =
          new Served<>(topic, BusObserver.NONE, request -> router.request(topic, request));
      consumer.handler(message -> served.accept(message, front));
      hosted.listening().add(consumer.completion());
      return consumer;
    }
    return consumer.handler(message -> served.accept(message, served));
  }

  /** For whoever answers a command: says what it is about beyond its request, in its trace. */
  public void about(final String what, final String value) {
    observer.about(what, value);
  }

  /** Publishes a notice to all who listen now. */
  public <E> void publish(final EventTopic<E> topic, final E event) {
    final Parcel parcel = new Parcel(topic.address(), new Parcel.Message(event));
    if (place.isClustered() && topic.scope() == Scope.CLUSTER) {
      eventBus.publish(topic.address(), parcel, Requests.options().setLocalOnly(true));
      place.unheard().publish(eventBus, elsewhere(topic), () -> parcel, Requests.options());
    } else {
      eventBus.publish(
          topic.address(), parcel, Requests.options().setLocalOnly(topic.scope() == Scope.LOCAL));
    }
    // Published as what they are, to whoever listens anywhere: these leave out nothing that is
    // not in the log for all of the operator's services to read.
    JsonNotices.of(event)
        .forEach(
            notice -> {
              if (place.isClustered()) {
                place
                    .unheard()
                    .publish(eventBus, notice.address(), notice.body(), new DeliveryOptions());
              } else {
                eventBus.publish(notice.address(), notice.body().get());
              }
            });
  }

  /**
   * Listens to a notice, on the context of the calling verticle. Where a node is placed in this JVM
   * that node's alone; elsewhere in a cluster those of all nodes.
   */
  @SuppressWarnings("unchecked") // whoever publishes the topic sends its type
  public <E> MessageConsumer<?> subscribe(final EventTopic<E> topic, final Consumer<E> handler) {
    final MessageConsumer<Object> consumer =
        topic.scope() == Scope.CLUSTER && place.asksElsewhere()
            ? eventBus.consumer(elsewhere(topic))
            : consumer(topic.address(), place.isClustered() ? Scope.LOCAL : topic.scope());
    // Whatever else a foreign service sends to this address is none of our notices.
    return consumer.handler(
        message ->
            Parcels.notice(message, Object.class).ifPresent(event -> handler.accept((E) event)));
  }

  /** The address at which those that are no node hear the notices of all. */
  private static String elsewhere(final EventTopic<?> topic) {
    return topic.address() + "@nodes";
  }

  private <T> MessageConsumer<T> consumer(final String address, final Scope scope) {
    return scope == Scope.LOCAL ? eventBus.localConsumer(address) : eventBus.consumer(address);
  }
}
