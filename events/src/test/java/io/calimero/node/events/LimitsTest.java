// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.codec.MalformedException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Limits with and without metering, in both of their formats. */
class LimitsTest {
  /** What the default limits were in the logs of nodes without metering. */
  private static final byte[] FORMAT_1 =
      HexFormat.of()
          .parseHex(
              "01"
                  + "00040000"
                  + "64000000"
                  + "0000400600000000"
                  + "0000004000000000"
                  + "00040000"
                  + "00400000"
                  + "64000000"
                  + "64000000"
                  + "00400000"
                  + "00001000"
                  + "0000a000"
                  + "a0860100"
                  + "0000000800000000"
                  + "00000001"
                  + "0000000000000000");

  @Test
  void limitsFromBeforeThereWasMeteringAreReadAndWrittenAsTheyWere() {
    final Limits old = Limits.CODEC.decode(FORMAT_1);
    assertThat(old).isEqualTo(Limits.DEFAULT.metered(Limits.UNMETERED, 0));
    assertThat(Limits.CODEC.encode(old)).isEqualTo(FORMAT_1);
  }

  @Test
  void originsAreFormatFourInTheirOrderAndCheckedWhenRead() {
    final Limits open =
        Limits.DEFAULT.withOrigins(List.of("https://b.example", "http://127.0.0.1:80"));
    assertThat(open.origins()).containsExactly("http://127.0.0.1:80", "https://b.example");
    final byte[] bytes = Limits.CODEC.encode(open);
    assertThat(bytes[0]).isEqualTo((byte) 4);
    assertThat(Limits.CODEC.decode(bytes)).isEqualTo(open);
    assertThat(open.metered(1, 5).withOptions(0).origins()).isEqualTo(open.origins());
    // https becomes hTtps
    bytes[bytes.length - 16]++;
    assertThatThrownBy(() -> Limits.CODEC.decode(bytes)).isInstanceOf(MalformedException.class);
    for (final String none :
        List.of("https://B.example", "ftp://b.example", "https://b.example/", "b", "https://a@b")) {
      assertThatThrownBy(() -> Limits.DEFAULT.withOrigins(List.of(none)))
          .isInstanceOf(MalformedException.class);
    }
    assertThatThrownBy(() -> open.withOptions(Limits.NOT_ATTESTED))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void meteredLimitsAreFormatTwoWithTheirSchedule() {
    final byte[] bytes = Limits.CODEC.encode(Limits.DEFAULT);
    assertThat(bytes[0]).isEqualTo((byte) 2);
    assertThat(bytes).hasSize(FORMAT_1.length + 4);
    assertThat(Limits.CODEC.decode(bytes)).isEqualTo(Limits.DEFAULT);
    assertThat(Limits.DEFAULT.schedule()).isEqualTo(2);
    assertThat(Limits.DEFAULT.gas()).isEqualTo(1_000_000_000);
    // Each has one form only, or two hashes could stand for the same
    bytes[bytes.length - 4] = 0;
    assertThatThrownBy(() -> Limits.CODEC.decode(bytes)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> Limits.DEFAULT.withGas(-1)).isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> Limits.DEFAULT.metered(-1, 1)).isInstanceOf(MalformedException.class);
  }
}
