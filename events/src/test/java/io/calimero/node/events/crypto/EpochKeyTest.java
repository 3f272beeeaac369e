// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.MalformedException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class EpochKeyTest {
  private static final HexFormat HEX = HexFormat.of();

  private static EpochKey key(final int fill) {
    final byte[] secret = new byte[EpochKey.LENGTH];
    Arrays.fill(secret, (byte) fill);
    return EpochKey.ofSecret(secret);
  }

  /** Computed by HMAC-SHA-256 of Python's standard library, as RFC 5869 says. */
  @Test
  void namesAndSessionKeysAreWhatHkdfGives() {
    final EpochKey key = key(7);
    final byte[] session = new byte[16];
    Arrays.fill(session, (byte) 9);
    assertThat(HEX.formatHex(key.id().toByteArray())).isEqualTo("3c12cae5b4c5d38f4c2e46107627f5c7");
    assertThat(HEX.formatHex(key.ofSession(Bytes.wrap(session)).getEncoded()))
        .isEqualTo("aecc7f62b46e8e417e6b62f464524b197586b32b800b734c1d4440d97a59dd2f");
  }

  @Test
  void keysAreRandomAndSessionsHaveKeysOfTheirOwn() {
    final SecureRandom random = new SecureRandom();
    final EpochKey key = EpochKey.generate(random);
    assertThat(key.id()).isNotEqualTo(EpochKey.generate(random).id());
    assertThat(EpochKey.ofSecret(key.secret()).id()).isEqualTo(key.id());
    final byte[] session = new byte[16];
    session[0] = 1;
    assertThat(key.ofSession(Bytes.wrap(session)).getEncoded())
        .isNotEqualTo(key.ofSession(Bytes.wrap(new byte[16])).getEncoded())
        .isNotEqualTo(key.secret());
  }

  @Test
  void whatIsDestroyedIsOverwrittenAndOfNoUse() {
    final EpochKey key = key(7);
    final byte[] copy = key.secret();
    key.destroy();
    assertThat(copy).containsOnly(7);
    assertThatThrownBy(key::secret).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> key.ofSession(Bytes.EMPTY)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aKeyShowsItsNameAndNotItsSecret() {
    assertThat(key(7).toString()).isEqualTo("EpochKey[" + key(7).id() + "]");
    assertThatThrownBy(() -> EpochKey.ofSecret(new byte[31]))
        .isInstanceOf(MalformedException.class);
  }
}
