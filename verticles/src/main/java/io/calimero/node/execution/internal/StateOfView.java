// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.AttestationRules;
import io.calimero.node.events.Bytes;
import io.calimero.node.storage.state.StateEntry;
import io.calimero.node.storage.state.StateView;
import io.calimero.node.wasm.StateReader;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** A state as calls read it. */
record StateOfView(StateView state) implements StateReader, AttestationRules.Rows {
  @Override
  public Optional<Bytes> get(final Bytes key) {
    return state.get(key);
  }

  @Override
  public Iterator<Map.Entry<Bytes, Bytes>> scan(final Bytes from, final Bytes to) {
    final Iterator<StateEntry> entries = state.scan(from, Optional.of(to));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Map.Entry<Bytes, Bytes> next() {
        final StateEntry entry = entries.next();
        return Map.entry(entry.key(), entry.value());
      }
    };
  }
}
