// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every decoder reads or refuses the committed inputs, whole and damaged. */
final class CorpusTest {
  private static final long SEED = 1;

  @ParameterizedTest
  @EnumSource(Decoder.class)
  void whatIsCommittedIsReadOrRefused(final Decoder decoder) throws IOException {
    final Map<String, byte[]> inputs = Corpus.of(decoder);
    assertThat(inputs).isNotEmpty();
    final Random random = new Random(SEED);
    inputs.forEach(
        (name, bytes) -> {
          assertThatCode(() -> decoder.read(bytes)).as(name).doesNotThrowAnyException();
          for (int i = 0; i < 50 && bytes.length > 0; i++) {
            final byte[] damaged = bytes.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
            assertThatCode(() -> decoder.read(damaged))
                .as("%s, damage %s of seed %s", name, i, SEED)
                .doesNotThrowAnyException();
          }
        });
  }
}
