// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.Random;

/** Keys and nonces that are a function of the seed. */
final class SeededRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  SeededRandom(final Random random) {
    super(new Source(random), null);
  }

  private static final class Source extends SecureRandomSpi {
    private static final long serialVersionUID = 1L;

    private final Random random;

    Source(final Random random) {
      this.random = random;
    }

    @Override
    protected void engineSetSeed(final byte[] seed) {
      // What comes is a function of the seed of the run alone.
    }

    @Override
    protected void engineNextBytes(final byte[] bytes) {
      random.nextBytes(bytes);
    }

    @Override
    protected byte[] engineGenerateSeed(final int length) {
      final byte[] seed = new byte[length];
      random.nextBytes(seed);
      return seed;
    }
  }
}
