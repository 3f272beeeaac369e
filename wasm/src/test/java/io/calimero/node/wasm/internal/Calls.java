// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.PublicKey;
import io.calimero.node.wasm.Access;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Calls that are the same on every engine. */
final class Calls {
  /** Enough for an interpreter that recurses in Java for each call of the guest. */
  private static final long STACK = 256L * 1024 * 1024;

  private Calls() {}

  static Call of(final String method, final Bytes input, final long gas) {
    return of(method, input, Limits.DEFAULT.withGas(gas));
  }

  static Call unmetered(final String method) {
    return of(method, Bytes.EMPTY, Limits.DEFAULT.metered(Limits.UNMETERED, 0));
  }

  private static Call of(final String method, final Bytes input, final Limits limits) {
    return new Call(
        new ContextId(Hash.sha256(new byte[] {1})),
        new PublicKey(Hash.sha256(new byte[] {2})),
        method,
        input,
        1_700_000_000_000_000_000L,
        Hash.sha256(method.getBytes(StandardCharsets.UTF_8)),
        limits,
        Access.MUTATE,
        Duration.ofMinutes(5));
  }

  static CallResult onLargeStack(final Supplier<CallResult> task) throws Exception {
    final FutureTask<CallResult> future = new FutureTask<>(task::get);
    new Thread(null, future, "chicory", STACK).start();
    return future.get();
  }
}
