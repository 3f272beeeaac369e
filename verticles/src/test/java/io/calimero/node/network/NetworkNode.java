// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network;

import io.calimero.node.events.Hash;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.EventTopic;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.NetworkMessages.GetMesh;
import io.calimero.node.events.messages.NetworkMessages.GetStatus;
import io.calimero.node.events.messages.NetworkMessages.Gossip;
import io.calimero.node.events.messages.NetworkMessages.OpenedStream;
import io.calimero.node.events.messages.NetworkMessages.PeerJoined;
import io.calimero.node.events.messages.NetworkMessages.PeerLeft;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** The network verticle of one node, and everything that it has told. */
public final class NetworkNode implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final Vertx vertx = Vertx.vertx();
  private final Bus bus = Bus.of(vertx);
  private final NetworkVerticle verticle;

  final Heard<PeerJoined> joined = new Heard<>(Topics.PEER_JOINED);
  final Heard<PeerLeft> left = new Heard<>(Topics.PEER_LEFT);
  final Heard<OpenedStream> opened = new Heard<>(Topics.STREAM_OPENED);
  final Heard<Gossip> gossip = new Heard<>(Topics.GOSSIP_RECEIVED);

  /** The notices of one topic, in order. */
  final class Heard<E> {
    private final BlockingQueue<E> notices = new LinkedBlockingQueue<>();

    Heard(final EventTopic<E> topic) {
      bus.subscribe(topic, notices::add);
    }

    E next() {
      try {
        final E notice = notices.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (notice == null) {
          throw new AssertionError("it was not told");
        }
        return notice;
      } catch (final InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(e);
      }
    }
  }

  /** One that listens on loopback. */
  public NetworkNode(final Path directory, final String name) {
    this(directory, name, 0, List.of());
  }

  NetworkNode(
      final Path directory, final String name, final int port, final List<String> bootstrap) {
    verticle =
        new NetworkVerticle(
            new NetworkOptions(
                KeyPair.ofSecret(Hash.sha256(name.getBytes(StandardCharsets.UTF_8))),
                List.of("127.0.0.1"),
                port,
                List.of(),
                bootstrap,
                directory.resolve(name),
                name,
                NetworkOptions.REDIAL_EVERY));
    try {
      await(vertx.deployVerticle(verticle));
    } catch (final RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Its name. */
  public String peerId() {
    return verticle.peerId();
  }

  /** The next message of a topic that it takes. */
  public Gossip nextGossip() {
    return gossip.next();
  }

  int port() {
    return verticle.port();
  }

  /** Where it is, with its name. */
  List<String> addresses() {
    return ask(Topics.NETWORK_STATUS, new GetStatus()).addresses();
  }

  /** Where it is, without its name. */
  List<String> places() {
    return List.of("/ip4/127.0.0.1/tcp/" + port());
  }

  <Q, R> Future<R> request(final CommandTopic<Q, R> topic, final Q request) {
    return bus.request(topic, request);
  }

  /** Asks, and waits for the reply. */
  public <Q, R> R ask(final CommandTopic<Q, R> topic, final Q request) {
    return await(request(topic, request));
  }

  /** Waits until as many peers are in the mesh of a topic. */
  void awaitMesh(final String topic, final int peers) {
    await(() -> ask(Topics.GOSSIP_MESH, new GetMesh(topic)).mesh().size() >= peers);
  }

  /** Waits until the addresses of as many peers are known. */
  void awaitRemembered(final int peers) {
    await(() -> ask(Topics.NETWORK_STATUS, new GetStatus()).remembered() >= peers);
  }

  private static void await(final BooleanSupplier condition) {
    final long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("it did not come about");
      }
      Thread.onSpinWait();
    }
  }

  static <T> T await(final Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (final TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    await(vertx.close());
  }
}
