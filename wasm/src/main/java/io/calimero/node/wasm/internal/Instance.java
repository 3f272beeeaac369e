// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.wasm.internal.host.GuestMemory;
import io.calimero.node.wasm.internal.module.ModuleRewriter.Names;
import java.util.HashMap;
import java.util.Map;
import org.graalvm.polyglot.Value;

/** An instance of a module, and what the host needs of it. */
final class Instance implements HostCalls.Guest {
  private final Value exports;
  private final Value begin;
  private final Value charge;
  private final Value stackLeft;
  private final PolyglotMemory memory;
  private final long initialSize;
  private final Map<String, Value> methods = new HashMap<>();
  private boolean used;

  Instance(final Value exports, final Names names) {
    this.exports = exports;
    begin = exports.getMember(names.begin());
    charge = exports.getMember(names.charge());
    stackLeft = exports.getMember(names.stackLeft());
    memory = new PolyglotMemory(exports.getMember("memory"));
    initialSize = memory.size();
  }

  /** Makes the instance as good as new, with that much gas. */
  void begin(final long gas) {
    begin.executeVoid(used ? 1 : 0, gas);
    used = true;
  }

  void run(final String function) {
    methods.computeIfAbsent(function, exports::getMember).executeVoid();
  }

  /** How large its memory was at first. */
  long initialSize() {
    return initialSize;
  }

  boolean hasGrown() {
    return memory.size() != initialSize;
  }

  @Override
  public GuestMemory memory() {
    return memory;
  }

  @Override
  public long charge(final long gas) {
    return charge.execute(gas).asLong();
  }

  @Override
  public boolean stackUsedUp() {
    return stackLeft.getMember("value").asInt() < 0;
  }
}
