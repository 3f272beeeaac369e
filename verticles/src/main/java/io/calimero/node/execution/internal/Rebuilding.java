// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.execution.StateRebuilder.Divergence;
import io.calimero.node.execution.StateRebuilder.Execution;
import io.calimero.node.execution.StateRebuilder.LogSource;
import io.calimero.node.execution.StateRebuilder.Progress;
import io.calimero.node.execution.StateRebuilder.Report;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.WasmModule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One rebuilding of one state. Used once, by one thread. */
public final class Rebuilding {
  private final ContextId context;
  private final LogSource log;
  private final Optional<Execution> execution;
  private final Map<BlobId, WasmModule> modules = new HashMap<>();
  private @Nullable ContextView view;
  private long executed;
  private long attested;

  /** A rebuilding, with execution or without. */
  public Rebuilding(
      final ContextId context, final LogSource log, final Optional<Execution> execution) {
    this.context = context;
    this.log = log;
    this.execution = execution;
  }

  /** Does it. */
  public Report run(final Progress progress, final Optional<StateStore> store) {
    Optional<Divergence> divergence = Optional.empty();
    List<Entry.Logged> page = read(1);
    if (page.isEmpty()) {
      throw Problem.of(Code.CONTEXT_NOT_FOUND, "context " + context + " not found", context.hash())
          .toException();
    }
    while (divergence.isEmpty() && !page.isEmpty()) {
      for (final Entry.Logged entry : page) {
        divergence = next(entry);
        if (divergence.isPresent()) {
          break;
        }
      }
      progress.at(head().position());
      page = divergence.isEmpty() ? read(head().position() + 1) : List.of();
    }
    if (divergence.isEmpty() && view != null) {
      write(view, store);
    }
    return report(divergence);
  }

  private Report report(final Optional<Divergence> divergence) {
    final ContextView known = view;
    return known == null
        ? new Report(context, Head.NONE, Hash.ZERO, 0, 0, 0, divergence)
        : new Report(
            context,
            known.head(),
            known.state().root(),
            known.state().entries(),
            executed,
            attested,
            divergence);
  }

  private static void write(final ContextView view, final Optional<StateStore> store) {
    if (store.isPresent()) {
      final ContextId context = view.configuration().context();
      store.get().drop(context);
      store
          .get()
          .snapshot(
              context,
              view.head().position(),
              view.head().hash(),
              view.state(),
              Beginnings.attachment(view));
    }
  }

  private List<Entry.Logged> read(final long from) {
    return log.read(context, from, Pages.ENTRIES, Pages.BYTES);
  }

  private Head head() {
    return view == null ? Head.NONE : view.head();
  }

  /** Takes one more entry, if it is right. */
  private Optional<Divergence> next(final Entry.Logged logged) {
    final ContextView before = view;
    final long position = head().position() + 1;
    final Optional<Divergence> chain = chain(position, logged);
    if (chain.isPresent()) {
      return chain;
    }
    final Optional<String> checkpoint =
        before == null
            ? Optional.empty()
            : ContextView.checkpoint(logged.entry()).flatMap(before::objection);
    if (checkpoint.isPresent()) {
      return differs(position, "checkpoint", "what the log comes to", checkpoint.get());
    }
    final ContextView after;
    try {
      after = before == null ? ContextView.first(context, logged) : before.after(logged);
    } catch (final NodeException e) {
      return differs(position, "entry", "one that may stand here", e.problem().message());
    }
    if (execution.isPresent()) {
      final Optional<Divergence> differs =
          verify(before == null ? after : before, logged, execution.get());
      if (differs.isPresent()) {
        return differs;
      }
    }
    view = after;
    return Optional.empty();
  }

  private Optional<Divergence> chain(final long position, final Entry.Logged logged) {
    final Entry entry = logged.entry();
    if (entry.position() != position) {
      return differs(position, "position", position, entry.position());
    }
    if (!entry.prior().equals(head().hash())) {
      return differs(position, "prior entry hash", head().hash(), entry.prior());
    }
    if (!logged.outcomeMatches()) {
      return differs(
          position,
          "outcome digest",
          digest(entry.payload()),
          logged.outcome().map(Outcome::digest).map(Hash::toString).orElse("no outcome"));
    }
    return Optional.empty();
  }

  private static String digest(final Entry.Payload payload) {
    return switch (payload) {
      case Entry.Executed executed -> executed.outcomeDigest().toString();
      case Entry.Configured configured ->
          configured.outcomeDigest().map(Hash::toString).orElse("no outcome");
    };
  }

  private Optional<Divergence> verify(
      final ContextView before, final Entry.Logged logged, final Execution by) {
    final long position = logged.entry().position();
    if (!logged.signed().verify(before.configuration().coordinator())) {
      return differs(
          position, "signature", "the coordinator's", "one that is not the coordinator's");
    }
    return switch (logged.entry().payload()) {
      case Entry.Configured configured ->
          configured.change().verify()
              ? migrate(before, logged, configured, by)
              : differs(position, "signature of the change", "its author's", "another");
      case Entry.Executed transaction -> execute(before, logged, transaction, by);
    };
  }

  private Optional<Divergence> execute(
      final ContextView before,
      final Entry.Logged logged,
      final Entry.Executed transaction,
      final Execution by) {
    final long position = logged.entry().position();
    if (!transaction.transaction().verify()) {
      return differs(position, "signature of the transaction", "its executor's", "another");
    }
    if (transaction.transaction().transaction().attestation().isPresent()) {
      attested++;
      return Attested.difference(before, transaction)
          .flatMap(
              why -> differs(position, "attested transaction", "one that may stand here", why));
    }
    final WasmModule module = module(before.configuration().application().blob(), by);
    executed++;
    return compare(
        logged,
        module.call(
            Calls.mutating(
                before,
                logged.entry().timestamp(),
                transaction.transaction(),
                by.blobs(),
                by.deadline()),
            new StateOfView(before.state())));
  }

  private WasmModule module(final BlobId of, final Execution by) {
    return modules.computeIfAbsent(of, blob -> Modules.load(by.engine(), by.modules().read(blob)));
  }

  /** What a new application made of the state, if the entry says that it ran. */
  private Optional<Divergence> migrate(
      final ContextView before,
      final Entry.Logged logged,
      final Entry.Configured configured,
      final Execution by) {
    if (configured.outcomeDigest().isEmpty()
        || !(configured.change().event() instanceof final ApplicationUpdated updated)) {
      return Optional.empty();
    }
    executed++;
    return compare(
        logged,
        Migrations.call(
            before,
            logged.entry().timestamp(),
            module(updated.application().blob(), by),
            configured.change(),
            by.blobs(),
            by.deadline()));
  }

  private static Optional<Divergence> compare(final Entry.Logged logged, final CallResult called) {
    final long position = logged.entry().position();
    return switch (called) {
      case CallResult.Completed completed ->
          compare(position, logged.outcome().orElseThrow(), completed.outcome());
      case CallResult.Failed failed ->
          differs(position, "outcome", "success", "failure: " + failed.error().message());
      case CallResult.WouldWrite _ -> differs(position, "outcome", "success", "a refused write");
      case CallResult.TimedOut timedOut -> throw Calls.timedOut(timedOut).toException();
      case CallResult.Interrupted interrupted -> throw Calls.interrupted(interrupted).toException();
    };
  }

  private static Optional<Divergence> compare(
      final long position, final Outcome expected, final Outcome found) {
    if (!expected.writes().equals(found.writes())) {
      return differs(position, "write set", expected.writes(), found.writes());
    }
    if (!expected.events().equals(found.events())) {
      return differs(position, "events", expected.events(), found.events());
    }
    if (!expected.actions().equals(found.actions())) {
      return differs(position, "actions", expected.actions(), found.actions());
    }
    if (!expected.digest().equals(found.digest())) {
      return differs(position, "outcome digest", expected.digest(), found.digest());
    }
    return Optional.empty();
  }

  private static Optional<Divergence> differs(
      final long position, final String what, final Object expected, final Object found) {
    return Optional.of(new Divergence(position, what, shortened(expected), shortened(found)));
  }

  private static String shortened(final Object value) {
    final int most = 1000;
    final String text = value.toString();
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
