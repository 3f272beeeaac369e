// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import java.util.OptionalLong;

/**
 * How large a memory or a table is at first, and at most, as the module declares it.
 *
 * @param minimum at first; unsigned 32 bits
 * @param maximum at most, if declared
 */
public record Sizes(long minimum, OptionalLong maximum) {

  /** The declared maximum, or the bound if that is smaller. */
  long maximumWithin(final long bound) {
    return Math.min(maximum.orElse(bound), bound);
  }
}
