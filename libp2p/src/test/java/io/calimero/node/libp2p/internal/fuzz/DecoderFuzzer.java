// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.fuzz;

import java.util.Arrays;

/** What Jazzer calls: the first byte chooses the decoder that gets the others. */
public final class DecoderFuzzer {
  private DecoderFuzzer() {}

  /** Gives {@code input} to a decoder. */
  public static void fuzzerTestOneInput(final byte[] input) {
    if (input.length > 0) {
      Decoder.ALL
          .get((input[0] & 0xff) % Decoder.ALL.size())
          .read(Arrays.copyOfRange(input, 1, input.length));
    }
  }
}
