// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Entry.Executed;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.wasm.WasmEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A log that came about by executing the sample application. */
public final class ExecutedLog {
  private final FakeNode node = new FakeNode();
  private final Bytes module = sample("kv-store");
  private final FakeContext context = new FakeContext("sample", node.install(module));
  private final State state;

  /** A log of {@code init} and so many calls of {@code set} and {@code remove}. */
  public ExecutedLog(final WasmEngine engine, final int transactions) {
    final ExecutionCore core =
        new ExecutionCore(
            Cores.options(Path.of("unused"), 1, Cores.NO_SNAPSHOTS),
            engine,
            new FakeStore(),
            node,
            Cores.AT_ONCE,
            System::nanoTime);
    final Effect init =
        (Effect) Cores.results(core.initialize(context.initialize("{}"))).getFirst();
    core.committed(node.append(context.id(), List.of(context.genesis(), context.signed(init))));
    for (int i = 0; i < transactions; i++) {
      final String key = "\"key\":\"k" + i % 4 + "\"";
      Cores.write(
          core,
          node,
          context,
          i % 7 == 6
              ? context.transaction("remove", "{" + key + "}")
              : context.transaction("set", "{" + key + ",\"value\":\"" + i + "\"}"));
    }
    state = Cores.state(core, context.id());
  }

  /** The module of a sample application. */
  public static Bytes sample(final String name) {
    final Path apps = Path.of(System.getProperty("root.dir", "."), "apps");
    try {
      return Bytes.wrap(Files.readAllBytes(apps.resolve(name).resolve(name + ".wasm")));
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The application. */
  public Bytes module() {
    return module;
  }

  /** The context. */
  public ContextId context() {
    return context.id();
  }

  /** The log. */
  public List<Entry.Logged> entries() {
    return node.log(context.id());
  }

  /** The state that it ends with. */
  public State state() {
    return state;
  }

  /** The entry with another outcome, in the name of the coordinator. */
  public Entry.Logged forged(final Entry.Logged entry, final Outcome outcome) {
    final Entry honest = entry.entry();
    final Executed executed = (Executed) honest.payload();
    return context.signed(
        new Entry(
            honest.context(),
            honest.position(),
            honest.prior(),
            honest.timestamp(),
            honest.term(),
            new Executed(executed.transaction(), outcome.digest())),
        outcome);
  }
}
