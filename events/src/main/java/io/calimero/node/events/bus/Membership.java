// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ContextMessages.ListAll;
import io.calimero.node.events.messages.NodeMessages.WhoIsThere;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The membership of a node in its operator's cluster, if it has one: takes the name, tells that the
 * node is there, and takes leave. To be used by whoever deploys the node, on its context; on a
 * Vert.x that is not clustered it only makes everybody there mean this node.
 */
public final class Membership {
  private static final Duration NAME_TIMEOUT = Duration.ofSeconds(1);

  private final Vertx vertx;
  private final EventBus eventBus;
  private final Bus bus;
  private final Place place;
  private final HostedNode node;
  private final List<MessageConsumer<?>> consumers = new ArrayList<>();
  private long timer = -1;

  private Membership(final Vertx vertx, final HostedNode node) {
    this.vertx = vertx;
    this.eventBus = vertx.eventBus();
    this.bus = Bus.of(vertx);
    this.place = Place.of(vertx);
    this.node = node;
  }

  /**
   * Makes this JVM the place of a node, before its verticles are deployed.
   *
   * @param name the name by which the others know it
   * @param startedMillis the time, in milliseconds since 1970
   * @param silence how long it may be silent before the others take it to be away
   * @return the membership; or a failure with {@code INVALID_REQUEST} if another node of the
   *     cluster has the name
   */
  public static Future<Membership> take(
      final Vertx vertx, final String name, final long startedMillis, final Duration silence) {
    final HostedNode node =
        new HostedNode(
            name, UUID.randomUUID().toString(), startedMillis, Math.max(1, silence.toMillis() / 4));
    final Membership membership = new Membership(vertx, node);
    return membership
        .isFree()
        .compose(
            free -> {
              if (!free) {
                return Future.failedFuture(
                    Problem.of(
                            Code.INVALID_REQUEST,
                            "another node of the cluster has the name " + name)
                        .toException());
              }
              membership.place.host(node);
              return membership.answerForTheName().map(membership);
            });
  }

  private Future<Boolean> isFree() {
    return vertx.isClustered()
        ? eventBus
            .request(
                nameAddress(),
                node.incarnation(),
                new DeliveryOptions().setSendTimeout(NAME_TIMEOUT.toMillis()))
            .transform(answer -> Future.succeededFuture(answer.failed()))
        : Future.succeededFuture(true);
  }

  private Future<?> answerForTheName() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture();
    }
    final MessageConsumer<Object> consumer = eventBus.consumer(nameAddress());
    consumers.add(consumer.handler(message -> message.reply(node.incarnation())));
    return consumer.completion();
  }

  private String nameAddress() {
    return "calimero.v1.node.name." + node.name();
  }

  /** Tells the cluster that the node is there, from now on. To be called once it serves. */
  public Future<?> announce() {
    if (!vertx.isClustered()) {
      return Future.succeededFuture();
    }
    bus.subscribe(Topics.CONTEXT_CREATED, _ -> node.contexts().incrementAndGet());
    bus.subscribe(Topics.CONTEXT_GONE, _ -> node.contexts().decrementAndGet());
    final MessageConsumer<Object> wanted = eventBus.consumer(Topics.NODE_WANTED.address());
    consumers.add(
        wanted.handler(
            (final Message<Object> message) ->
                Parcels.notice(message, WhoIsThere.class).ifPresent(_ -> tell(false))));
    return Future.join(List.copyOf(node.listening()))
        .compose(_ -> wanted.completion())
        .compose(_ -> bus.request(Topics.CONTEXT_LIST, new ListAll()))
        .map(
            all -> {
              node.contexts().addAndGet(all.contexts().size());
              timer = vertx.setPeriodic(0, node.everyMillis(), _ -> tell(false));
              return all;
            });
  }

  private void tell(final boolean leaving) {
    eventBus.publish(
        Topics.NODE_ALIVE.address(),
        new Parcel(Topics.NODE_ALIVE.address(), new Parcel.Message(node.alive(leaving))),
        Requests.options());
  }

  /** Tells the cluster that the node stops: nothing new comes from elsewhere. */
  public void takeLeave() {
    if (vertx.isClustered() && timer != -1) {
      vertx.cancelTimer(timer);
      timer = -1;
      tell(true);
    }
  }

  /** Gives the place up, when the node has stopped. */
  public Future<?> end() {
    takeLeave();
    place.leave();
    return Future.join(consumers.stream().map(MessageConsumer::unregister).toList());
  }
}
