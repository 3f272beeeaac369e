// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Rewritten;
import io.calimero.node.wasm.internal.module.Rules;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;

/**
 * A module rewritten by one set of rules and for one memory limit: its source, parsed once by the
 * engine, and the cells that wait for the next call.
 */
final class ModuleVariant {
  private final GraalRuntime runtime;
  private final Source source;
  private final List<HostFunction> functions;
  private final Rewritten rewritten;
  private final Rules rules;
  private final Room room;
  private final int idleLimit;
  private final ConcurrentLinkedDeque<Cell> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger idleCount = new AtomicInteger();
  private volatile boolean retired;

  ModuleVariant(
      final GraalRuntime runtime,
      final Source source,
      final List<HostFunction> functions,
      final Rewritten rewritten,
      final Rules rules,
      final Room room,
      final int idleLimit) {
    this.runtime = runtime;
    this.source = source;
    this.functions = functions;
    this.rewritten = rewritten;
    this.rules = rules;
    this.room = room;
    this.idleLimit = idleLimit;
  }

  /**
   * A cell for one call, which throws {@link PolyglotException} if the engine refuses the module.
   */
  Cell take() {
    final Cell waiting = idle.pollLast();
    if (waiting != null) {
      idleCount.decrementAndGet();
      return waiting;
    }
    final Context context = runtime.newContext();
    try {
      return new Cell(context, source, functions, rewritten, rules, room);
    } catch (final RuntimeException | Error e) {
      context.close(true);
      throw e;
    }
  }

  /** Takes a cell back that is as good as new. */
  void give(final Cell cell) {
    if (retired || idleCount.incrementAndGet() > idleLimit) {
      if (!retired) {
        idleCount.decrementAndGet();
      }
      cell.close();
      return;
    }
    idle.addLast(cell);
    if (retired) {
      retire();
    }
  }

  /** Keeps no cell from now on; calls still work. */
  void retire() {
    retired = true;
    for (Cell cell = idle.pollLast(); cell != null; cell = idle.pollLast()) {
      idleCount.decrementAndGet();
      cell.close();
    }
  }
}
