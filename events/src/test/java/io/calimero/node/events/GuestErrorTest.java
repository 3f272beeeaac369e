// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.codec.MalformedException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GuestErrorTest {

  @Test
  void everyKindSurvivesItsEncoding() {
    final Set<Integer> tags = new HashSet<>();
    for (final GuestError.Kind kind : GuestError.Kind.values()) {
      final GuestError error = new GuestError(kind, "Größe", Optional.of(Bytes.utf8("data")));
      assertThat(GuestError.CODEC.decode(GuestError.CODEC.encode(error))).isEqualTo(error);
      assertThat(tags.add(kind.tag())).isTrue();
    }
  }

  @Test
  void anUnknownKindIsRefused() {
    final byte[] encoded = GuestError.CODEC.encode(GuestError.trap("x"));
    encoded[1] = 99;
    assertThatThrownBy(() -> GuestError.CODEC.decode(encoded))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void messagesAreThoseThatClientsKnow() {
    assertThat(GuestError.methodNotFound("m").message()).isEqualTo("method \"m\" not found");
    assertThat(GuestError.link("why").message()).isEqualTo("link error: why");
    assertThat(GuestError.panic("oh at a.rs:1:2").message())
        .isEqualTo("guest panicked: oh at a.rs:1:2");
    assertThat(GuestError.returned(Bytes.utf8("e")).message())
        .isEqualTo("the method call returned an error");
  }
}
