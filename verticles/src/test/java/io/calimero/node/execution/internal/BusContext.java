// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Module;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;

/** Stands in for the context verticle: one context of the sample application, a log in memory. */
public final class BusContext extends VerticleBase {
  private final FakeNode node = new FakeNode();
  private final FakeContext fake =
      new FakeContext("on the bus", node.install(ExecutedLog.sample("kv-store")));

  @Override
  public Future<?> start() {
    final Bus bus = Bus.of(vertx);
    bus.serve(Topics.LOG_READ, request -> Future.fromCompletionStage(node.readLog(request)));
    bus.serve(
        Topics.MODULE_READ,
        request -> Future.fromCompletionStage(node.readModule(request.blob())).map(Module::new));
    return Future.succeededFuture();
  }

  /** The context. */
  public ContextId context() {
    return fake.id();
  }

  /** The log. */
  public List<Entry.Logged> log() {
    return node.log(fake.id());
  }

  /** Creates the context; completes when everybody has been told that it is on disk. */
  public Future<Void> create() {
    final Bus bus = Bus.of(vertx);
    return bus.request(Topics.CONTEXT_INITIALIZE, fake.initialize("{}"))
        .map(
            executed -> {
              final List<Entry.Logged> entries = new ArrayList<>();
              entries.add(fake.genesis());
              entries.add(fake.signed((Effect) executed.results().getFirst()));
              bus.publish(Topics.COMMITTED, node.append(fake.id(), entries));
              return null;
            });
  }

  /** Calls {@code set}; completes when everybody has been told that it is on disk. */
  public Future<Void> set(final String key, final String value) {
    final Bus bus = Bus.of(vertx);
    final String arguments = "{\"key\":\"" + key + "\",\"value\":\"" + value + "\"}";
    final Head head = node.head(fake.id());
    return bus.request(
            Topics.TRANSACTIONS_EXECUTE, fake.execute(head, fake.transaction("set", arguments)))
        .map(
            executed -> {
              bus.publish(Topics.COMMITTED, Cores.append(node, fake, executed.results()));
              return null;
            });
  }

  /** Removes the context. */
  public void remove() {
    node.remove(fake.id());
  }

  /** The input of {@code get}. */
  public static Bytes key(final String key) {
    return Bytes.utf8("{\"key\":\"" + key + "\"}");
  }
}
