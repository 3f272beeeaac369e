// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.bus.JsonForm;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.codec.RecordCodec;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CreateTest {
  private static final Codec<Create> BORSH = RecordCodec.of(Create.class);
  private static final JsonForm<Create> JSON = JsonForm.of(Create.class);
  private static final ApplicationId APPLICATION = new ApplicationId(Hash.sha256(new byte[] {'a'}));
  private static final Optional<Hash> SEED = Optional.of(Hash.sha256(new byte[] {'s'}));
  private static final Create PLAIN = new Create(APPLICATION, SEED, Bytes.utf8("{}"));

  @Test
  void withoutGasTheBytesAreThoseFromBeforeThereWasAny() {
    final byte[] before =
        new BorshWriter()
            .hash(APPLICATION.hash())
            .u8(1)
            .hash(SEED.orElseThrow())
            .bytes(Bytes.utf8("{}"))
            .toByteArray();
    assertThat(BORSH.encode(PLAIN)).isEqualTo(before);
    assertThat(BORSH.decode(before)).isEqualTo(PLAIN);
  }

  @Test
  void theGasFollowsAndIsReadWholeOrNotAtAll() {
    for (final long gas : new long[] {0, 1, 1_000_000, Long.MAX_VALUE, -1}) {
      final Create named = with(gas);
      final byte[] bytes = BORSH.encode(named);
      assertThat(bytes).hasSize(BORSH.encode(PLAIN).length + Long.BYTES);
      assertThat(BORSH.decode(bytes)).isEqualTo(named);
      assertThatThrownBy(() -> BORSH.decode(Arrays.copyOf(bytes, bytes.length - 1)))
          .isInstanceOf(MalformedException.class);
      assertThatThrownBy(() -> BORSH.decode(Arrays.copyOf(bytes, bytes.length + 1)))
          .isInstanceOf(MalformedException.class);
    }
  }

  @Test
  void inJsonTheGasIsANumberOrItsTextOrMissing() {
    final JsonObject json = (JsonObject) JSON.write(PLAIN);
    assertThat(json.containsKey("gas")).isFalse();
    assertThat(JSON.read(json, "")).isEqualTo(PLAIN);
    assertThat(JSON.read(json.copy().putNull("gas"), "")).isEqualTo(PLAIN);
    assertThat(JSON.read(json.copy().put("gas", 7), "")).isEqualTo(with(7));
    assertThat(JSON.read(json.copy().put("gas", "9223372036854775807"), ""))
        .isEqualTo(with(Long.MAX_VALUE));
    for (final Object none : new Object[] {1.5, "much", "", true, new JsonObject()}) {
      assertThatThrownBy(() -> JSON.read(json.copy().put("gas", none), ""))
          .isInstanceOf(MalformedException.class)
          .hasMessageContaining("gas");
    }
  }

  private static Create with(final long gas) {
    return new Create(APPLICATION, SEED, Bytes.utf8("{}"), Optional.of(gas));
  }
}
