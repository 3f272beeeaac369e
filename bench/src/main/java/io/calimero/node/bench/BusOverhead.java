// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What the local bus adds: a command that is answered with a constant on another event loop, called
 * there and back without the bus, and over it.
 */
final class BusOverhead {
  private final Duration warmUp;
  private final Duration measured;

  BusOverhead(final Duration warmUp, final Duration measured) {
    this.warmUp = warmUp;
    this.measured = measured;
  }

  void run(final ClusterScenario.Say say, final int callers) throws IOException {
    final Vertx vertx = Vertx.vertx();
    try {
      final ContextId id = new ContextId(Hash.sha256(new byte[] {1}));
      final Summary constant = summary(id);
      final Promise<Context> served = Promise.promise();
      final Context server = vertx.getOrCreateContext();
      server.runOnContext(
          _ -> {
            Bus.of(vertx).serve(Topics.CONTEXT_GET, _ -> Future.succeededFuture(constant));
            served.complete(server);
          });
      served.future().await();
      for (final int count : new int[] {callers, 1}) {
        measure(
            say, vertx, "in process: " + count + " in flight, a constant", count, called(server));
        measure(
            say,
            vertx,
            "local bus: " + count + " in flight, a constant",
            count,
            (bus, _) -> bus.request(Topics.CONTEXT_GET, new Get(id)));
      }
    } finally {
      vertx.close().await();
    }
  }

  private void measure(
      final ClusterScenario.Say say,
      final Vertx vertx,
      final String what,
      final int count,
      final BiFunction<Bus, Long, Future<?>> command)
      throws IOException {
    say.say(
        what, new BusCallers(vertx, command).run(count, warmUp, measured, ProcessHandle.current()));
  }

  /** To the other event loop, and back to the caller's. */
  private static BiFunction<Bus, Long, Future<?>> called(final Context server) {
    return (_, number) -> {
      final Promise<Long> answer = Promise.promise();
      final Context caller = Vertx.currentContext();
      server.runOnContext(_ -> caller.runOnContext(_ -> answer.complete(number)));
      return answer.future();
    };
  }

  private static Summary summary(final ContextId id) {
    final KeyPair member = KeyPair.ofSecret(Hash.sha256(new byte[] {4}));
    return new Summary(
        id,
        new ApplicationId(Hash.sha256(new byte[] {2})),
        new Head(1, Hash.sha256(new byte[] {3}), 1),
        List.of(member.publicKey()),
        List.of(member.publicKey()),
        member.publicKey(),
        0,
        0,
        Optional.empty());
  }
}
