// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.WriteSet;
import io.calimero.node.wasm.Access;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.WasmModule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Calls of a module for nobody: {@code init} on an empty state, and each method on what it leaves,
 * over and over. A call says what it did and does nothing; of these everything is thrown away. They
 * find no context, no member, no blob, no private storage and nobody to ask, and have little gas
 * and little time.
 */
final class Rehearsal {
  /**
   * How much is run.
   *
   * @param calls how many calls in all
   * @param gas what a call may use
   * @param deadline when a call is ended; one that takes that long ends the rehearsal
   */
  record Terms(int calls, long gas, Duration deadline) {
    /**
     * More calls were measured to give little more: what is slow at first is the interpreter, and
     * compiling a module takes thousands. The gas is some tens of milliseconds of computing.
     */
    static final Terms DEFAULT = new Terms(12, 2_000_000, Duration.ofSeconds(1));
  }

  private static final int METHODS = 64;

  private final WasmModule module;
  private final List<String> methods;
  private final State state = new State();
  private final Terms terms;
  private int done;

  /** A rehearsal of the module, not begun. */
  Rehearsal(final WasmModule module, final Terms terms) {
    this.module = module;
    this.terms = terms;
    methods = new ArrayList<>();
    if (module.methods().contains(Calls.INIT)) {
      methods.add(Calls.INIT);
    }
    module.methods().stream().filter(Calls::mayBeCalled).limit(METHODS).forEach(methods::add);
  }

  /**
   * Makes the next call.
   *
   * @return whether there is another to make
   */
  boolean goOn() {
    return !methods.isEmpty() && call(methods.get(done % methods.size())) && ++done < terms.calls();
  }

  /** Returns whether the module is worth another call. */
  private boolean call(final String method) {
    final boolean first = method.equals(Calls.INIT);
    if (first) {
      state.rows.clear();
    }
    return switch (module.call(call(method, Bytes.utf8("{}")), state)) {
      case CallResult.Completed completed -> {
        if (first) {
          state.take(completed.outcome().writes());
        }
        yield true;
      }
      case CallResult.Failed _, CallResult.WouldWrite _ -> true;
      case CallResult.TimedOut _, CallResult.Interrupted _ -> false;
    };
  }

  private Call call(final String method, final Bytes input) {
    return new Call(
        new ContextId(Hash.ZERO),
        new PublicKey(Hash.ZERO),
        method,
        input,
        0,
        Hash.ZERO,
        Limits.DEFAULT.withGas(terms.gas()),
        Access.MUTATE,
        terms.deadline());
  }

  /** What {@code init} has written. */
  private static final class State implements StateReader {
    private final NavigableMap<Bytes, Bytes> rows = new TreeMap<>();

    void take(final WriteSet writes) {
      for (final WriteSet.Write write : writes.writes()) {
        write.value().ifPresent(value -> rows.put(write.key(), value));
      }
    }

    @Override
    public Optional<Bytes> get(final Bytes key) {
      return Optional.ofNullable(rows.get(key));
    }

    @Override
    public Iterator<Map.Entry<Bytes, Bytes>> scan(final Bytes from, final Bytes to) {
      return from.compareTo(to) < 0
          ? rows.subMap(from, to).entrySet().iterator()
          : List.<Map.Entry<Bytes, Bytes>>of().iterator();
    }
  }
}
