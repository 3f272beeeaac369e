// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import java.util.Optional;

/** What a client sent to {@code /jsonrpc}. */
sealed interface RpcRequest {

  /** Which method of the node. */
  enum Kind {
    /** Read or write, as the call turns out. */
    EXECUTE,
    /** Read only. */
    QUERY,
    /** Write. */
    MUTATE
  }

  /**
   * A call of an application.
   *
   * @param id the request's id, as it was written
   * @param kind how it may be run
   * @param context where
   * @param method the application's method
   * @param arguments its input: compact JSON of the tokens that were sent
   * @param executor in whose name, if the client says so
   * @param expectedPrior the entry hash that must be the head, if the client says so
   * @param receipt whether the client wants to know where the call is in the log
   */
  record Call(
      Bytes id,
      Kind kind,
      ContextId context,
      String method,
      Bytes arguments,
      Optional<PublicKey> executor,
      Optional<Hash> expectedPrior,
      boolean receipt)
      implements RpcRequest {}

  /**
   * The question how far a context is in having what others have.
   *
   * @param id the request's id, as it was written
   * @param context which
   */
  record SyncStatus(Bytes id, ContextId context) implements RpcRequest {}

  /**
   * A request that is answered with an error of the protocol.
   *
   * @param id the request's id, as it was written
   * @param type the type of the error
   * @param reason why
   */
  record Unusable(Bytes id, String type, String reason) implements RpcRequest {}

  /**
   * No JSON-RPC request at all: answered with an HTTP status and plain text.
   *
   * @param status 400 if it is not JSON, 422 if it is other JSON
   * @param reason why
   */
  record Alien(int status, String reason) implements RpcRequest {}
}
