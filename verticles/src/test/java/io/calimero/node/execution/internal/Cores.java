// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.execution.ExecutionOptions;
import io.calimero.node.execution.SnapshotOptions;
import io.calimero.node.storage.state.StateView;
import io.calimero.node.wasm.EngineOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the tests of the cores share. */
final class Cores {
  static final SnapshotOptions NO_SNAPSHOTS =
      new SnapshotOptions(1 << 30, 1 << 30, 1 << 30, 1, 1 << 30, 1 << 30, Duration.ofMinutes(1));

  /** Everything happens on the calling thread, before a method returns. */
  static final Pools AT_ONCE =
      new Pools(Runnable::run, Runnable::run, Runnable::run, Runnable::run);

  private Cores() {}

  static ExecutionOptions options(
      final Path directory, final int loaded, final SnapshotOptions snapshots) {
    return new ExecutionOptions(
        directory,
        EngineOptions.defaults(),
        4,
        4,
        16,
        1000,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        loaded,
        1 << 30,
        snapshots,
        Duration.ofMinutes(1),
        false);
  }

  static List<Result> results(final CompletableFuture<Executed> executed) {
    return executed.join().results();
  }

  static Query query(final FakeContext context, final String method, final String arguments) {
    return new Query(context.id(), Optional.empty(), method, Bytes.utf8(arguments));
  }

  static Optional<String> returned(final Answer answer) {
    return ((Read) answer).outcome().returned().map(Bytes::toUtf8);
  }

  static Problem problem(final CompletableFuture<?> future) {
    try {
      final Object value = future.join();
      throw new AssertionError("no problem, but " + value);
    } catch (final CompletionException e) {
      if (e.getCause() instanceof NodeException problem) {
        return problem.problem();
      }
      throw e;
    }
  }

  /** Creates the context: {@code init} is run, logged and committed. */
  static Head create(final ExecutionCore core, final FakeNode node, final FakeContext context) {
    final List<Entry.Logged> entries = new ArrayList<>();
    entries.add(context.genesis());
    results(core.initialize(context.initialize()))
        .forEach(
            result -> {
              if (result instanceof Effect effect) {
                entries.add(context.signed(effect));
              }
            });
    core.committed(node.append(context.id(), entries));
    return node.head(context.id());
  }

  /** Executes on the end of the log and commits. */
  static Head write(
      final ExecutionCore core,
      final FakeNode node,
      final FakeContext context,
      final Transaction.Signed... transactions) {
    final List<Result> results =
        results(core.execute(context.execute(node.head(context.id()), transactions)));
    core.committed(append(node, context, results));
    return node.head(context.id());
  }

  static Committed append(
      final FakeNode node, final FakeContext context, final List<Result> results) {
    return node.append(
        context.id(), results.stream().map(result -> context.signed((Effect) result)).toList());
  }

  static State state(final ExecutionCore core, final ContextId context) {
    return core.state(new GetState(context)).join();
  }

  /** The state root by the log alone. */
  static Hash rootByLog(final List<Entry.Logged> log) {
    StateView view = StateView.empty();
    for (final Entry.Logged entry : log) {
      if (entry.outcome().isPresent()) {
        view = view.apply(entry.outcome().get().writes());
      }
    }
    return view.root();
  }
}
