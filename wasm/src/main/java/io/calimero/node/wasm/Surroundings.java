// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Configuration;
import io.calimero.node.events.Origin;
import java.util.Optional;

/**
 * What a call finds around it besides the state. All of it comes from the log or is named by its
 * content, so that it takes part in the outcome.
 *
 * @param configuration the configuration of the context where the call is ordered; none for a call
 *     outside a context, which then has no members
 * @param origin where the call comes from, if a call in another context asked for it
 * @param blobs the blobs
 * @param author what only the node of the author has, if this is that node and nobody else runs the
 *     call; without it a call that needs it ends with an error
 */
public record Surroundings(
    Optional<Configuration> configuration,
    Optional<Origin> origin,
    Blobs blobs,
    Optional<AuthorSide> author) {
  /** Nothing around. */
  public static final Surroundings NONE =
      new Surroundings(Optional.empty(), Optional.empty(), Blobs.NONE);

  /** The surroundings of a call that everybody runs. */
  public Surroundings(
      final Optional<Configuration> configuration,
      final Optional<Origin> origin,
      final Blobs blobs) {
    this(configuration, origin, blobs, Optional.empty());
  }
}
