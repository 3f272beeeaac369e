// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.wasm.internal.module.Rules;

/**
 * What the host's work costs in gas. Part of the outcome of calls: a change needs a new schedule,
 * see {@link Rules}.
 */
final class HostPrices {
  /** A call of a host function that has no other price. */
  static final long CALL = 1_000;

  /** A call that puts something into the log for good: an event, a call of another context. */
  static final long RECORD = 2_000;

  /** A call that changes a row. */
  static final long WRITE = 10_000;

  /** A call that checks a signature. */
  static final long SIGNATURE = 100_000;

  /** A call that asks somebody outside, where that is priced. */
  static final long REQUEST = 1_000_000;

  /** A row that is fetched from the state of the context, with or without success. */
  static final long ROW = 1_000;

  /** Each byte copied between guest and host, fetched from the state or a blob, or listed. */
  static final long BYTE = 1;

  private HostPrices() {}

  /** What a call of the function of that name costs, whatever it does. */
  static long of(final String function, final Rules rules) {
    if (function.equals("fetch") && rules.hostWork()) {
      return REQUEST;
    }
    if (function.equals("ed25519_verify")) {
      return SIGNATURE;
    }
    if (function.startsWith("storage_") || function.startsWith("private_storage_")) {
      return isRead(function) ? CALL : WRITE;
    }
    if (function.startsWith("js_") || function.equals("persist_root_state")) {
      return WRITE;
    }
    return switch (function) {
      case "emit", "emit_with_handler", "xcall", "send_proposal", "approve_proposal" -> RECORD;
      default -> CALL;
    };
  }

  private static boolean isRead(final String function) {
    return function.endsWith("_read")
        || function.endsWith("_get")
        || function.endsWith("_scan")
        || function.endsWith("_last");
  }
}
