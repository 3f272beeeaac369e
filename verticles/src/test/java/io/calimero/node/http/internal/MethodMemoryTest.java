// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import org.junit.jupiter.api.Test;

class MethodMemoryTest {
  private static final ContextId CONTEXT = context("a");

  private final MethodMemory memory = new MethodMemory(2);

  private static ContextId context(final String name) {
    return new ContextId(Hash.sha256(Bytes.utf8(name).toByteArray()));
  }

  @Test
  void aMethodReadsOnceItWasSeenReading() {
    assertThat(memory.reads(CONTEXT, "get")).isFalse();
    memory.hasRead(CONTEXT, "get");
    assertThat(memory.reads(CONTEXT, "get")).isTrue();
    assertThat(memory.reads(context("b"), "get")).isFalse();
    memory.hasWritten(CONTEXT, "get");
    assertThat(memory.reads(CONTEXT, "get")).isFalse();
  }

  @Test
  void aMethodThatWroteAfterAllHasToReadMoreOften() {
    memory.hasRead(CONTEXT, "both");
    memory.hasWritten(CONTEXT, "both");
    memory.hasRead(CONTEXT, "both");
    assertThat(memory.reads(CONTEXT, "both")).isFalse();
    memory.hasRead(CONTEXT, "both");
    assertThat(memory.reads(CONTEXT, "both")).isTrue();
    memory.hasWritten(CONTEXT, "both");
    memory.hasWritten(CONTEXT, "both");
    for (int i = 0; i < 3; i++) {
      memory.hasRead(CONTEXT, "both");
    }
    assertThat(memory.reads(CONTEXT, "both")).isFalse();
    memory.hasRead(CONTEXT, "both");
    assertThat(memory.reads(CONTEXT, "both")).isTrue();
  }

  @Test
  void patienceHasAnEnd() {
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 64; i++) {
        memory.hasRead(CONTEXT, "both");
      }
      assertThat(memory.reads(CONTEXT, "both")).isTrue();
      memory.hasWritten(CONTEXT, "both");
    }
  }

  @Test
  void whatWasNotCalledForTheLongestIsForgotten() {
    memory.hasRead(CONTEXT, "one");
    memory.hasRead(CONTEXT, "two");
    assertThat(memory.reads(CONTEXT, "one")).isTrue();
    memory.hasRead(CONTEXT, "three");
    assertThat(memory.reads(CONTEXT, "two")).isFalse();
    assertThat(memory.reads(CONTEXT, "one")).isTrue();
    assertThat(memory.reads(CONTEXT, "three")).isTrue();
  }
}
