// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Origin;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import java.util.List;
import java.util.Optional;

/** Commands about calls that only the node of their author can run. */
public final class AttestationMessages {
  private AttestationMessages() {}

  /**
   * Runs a call for its author at the newest committed position.
   *
   * @param context where
   * @param executor who calls; their private storage is on this node
   * @param method the method
   * @param arguments its input, which stay here
   * @param uniqueId of the transaction that comes of it
   * @param expectedPrior of the transaction
   * @param origin of the transaction
   * @param seed what the call sees as random bytes follows from it; must be known to nobody else
   * @param now the node's clock, in nanoseconds since 1970
   */
  public record Attest(
      ContextId context,
      PublicKey executor,
      String method,
      Bytes arguments,
      Bytes uniqueId,
      Optional<Hash> expectedPrior,
      Optional<Origin> origin,
      Hash seed,
      long now) {}

  /** What came of it. */
  public sealed interface Attempt {}

  /** The call used nothing that only this node has: everybody can run it. */
  public record Ordinary() implements Attempt {}

  /**
   * It is to be signed and ordered. What it wrote to private storage is on disk and counts from its
   * entry on.
   *
   * @param transaction attested
   * @param returned what the method returned, which stays here
   * @param logs what it logged, which stay here
   */
  public record Vouched(Transaction transaction, Optional<Bytes> returned, List<String> logs)
      implements Attempt {}

  /**
   * There is nothing to order.
   *
   * @param answer what the caller is told
   */
  public record Told(Answer answer) implements Attempt {}
}
