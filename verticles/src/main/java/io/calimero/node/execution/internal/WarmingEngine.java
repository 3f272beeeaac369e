// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.wasm.EngineMode;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An engine that runs each module a little once it has been loaded, so that those who call it first
 * find the module's first instance made and the interpreter warm. That is after an installation,
 * and after the first use of a module that was installed before the node started.
 *
 * <p>What is run for that has no effect on anything: see {@link Rehearsal}. One module at a time,
 * on one thread, with a rest after each call; nobody waits for it, and closing ends it.
 */
public final class WarmingEngine implements WasmEngine {
  private static final Logger LOG = LoggerFactory.getLogger(WarmingEngine.class);

  /** How long after a module was loaded: who has it installed gets the answer before. */
  private static final Duration DELAY = Duration.ofMillis(200);

  /** How long it rests between two calls. */
  private static final Duration REST = Duration.ofMillis(10);

  /** How many modules may wait for their turn; more are not warmed. */
  private static final int WAITING = 64;

  /** Of how many modules it is remembered that they were warmed. */
  private static final int REMEMBERED = 1024;

  private final WasmEngine engine;
  private final Later worker;
  private final Rehearsal.Terms terms;
  private final Queue<WasmModule> waiting = new ArrayDeque<>();
  private final Set<Hash> begun = new LinkedHashSet<>();
  private Optional<Rehearsal> running = Optional.empty();
  private boolean closed;

  /** Where it works: one task after the other, on a thread that guests may run on. */
  @FunctionalInterface
  public interface Later {
    /** Does something when so much time has passed. */
    void after(Duration delay, Runnable task);
  }

  /**
   * An engine that warms what that one loads.
   *
   * @param worker may be closed after this
   */
  public WarmingEngine(final WasmEngine engine, final Later worker) {
    this(engine, worker, Rehearsal.Terms.DEFAULT);
  }

  WarmingEngine(final WasmEngine engine, final Later worker, final Rehearsal.Terms terms) {
    this.engine = engine;
    this.worker = worker;
    this.terms = terms;
  }

  @Override
  public EngineMode mode() {
    return engine.mode();
  }

  @Override
  public WasmModule load(final Bytes bytes) throws InvalidModuleException {
    final WasmModule module = engine.load(bytes);
    consider(module);
    return module;
  }

  private synchronized void consider(final WasmModule module) {
    if (closed || waiting.size() >= WAITING || !begun.add(module.id())) {
      return;
    }
    if (begun.size() > REMEMBERED) {
      begun.remove(begun.iterator().next());
    }
    waiting.add(module);
    if (waiting.size() == 1 && running.isEmpty()) {
      worker.after(DELAY, this::turn);
    }
  }

  private void turn() {
    final Optional<Rehearsal> rehearsal = next();
    if (rehearsal.isEmpty()) {
      return;
    }
    boolean more = false;
    try {
      more = rehearsal.get().goOn();
    } catch (final RuntimeException e) {
      // It was for speed only: whoever calls the module is told what is wrong with it
      LOG.debug("a module is not warmed any further", e);
    } finally {
      ended(more);
    }
  }

  private synchronized Optional<Rehearsal> next() {
    if (closed) {
      return Optional.empty();
    }
    if (running.isEmpty()) {
      running = Optional.ofNullable(waiting.poll()).map(module -> new Rehearsal(module, terms));
    }
    return running;
  }

  private synchronized void ended(final boolean more) {
    if (!more) {
      running = Optional.empty();
    }
    if (!closed && (more || !waiting.isEmpty())) {
      worker.after(REST, this::turn);
    }
  }

  /** Nothing more is warmed; a call that runs for that is ended as any other is. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      waiting.clear();
    }
    engine.close();
  }
}
