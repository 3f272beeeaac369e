// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowsTest {
  private static final Bytes SESSION = Bytes.utf8("a session");

  @Test
  void eachMessageComesOnceInWhateverOrder() {
    final long seed = System.nanoTime();
    final Random random = new Random(seed);
    final ReplayWindows windows = new ReplayWindows();
    final Set<Long> come = new HashSet<>();
    long newest = -1;
    for (int i = 0; i < 50_000; i++) {
      final long counter =
          random.nextInt(50) == 0
              ? newest + random.nextInt(3 * ReplayWindows.WIDTH)
              : Math.max(0, newest + 5 - random.nextInt(2 * ReplayWindows.WIDTH));
      final boolean tooOld = counter <= newest - ReplayWindows.WIDTH;
      assertThat(windows.first(SESSION, Math.max(0, counter)))
          .as("seed %d, %d after %d", seed, counter, newest)
          .isEqualTo(!tooOld && come.add(Math.max(0, counter)));
      newest = Math.max(newest, counter);
    }
  }

  @Test
  void sessionsDoNotDisturbOneAnotherAndAreBounded() {
    final ReplayWindows windows = new ReplayWindows();
    for (int i = 0; i < 5_000; i++) {
      assertThat(windows.first(Bytes.utf8("session " + i), 0)).isTrue();
      assertThat(windows.first(Bytes.utf8("session " + i), 0)).isFalse();
    }
    assertThat(windows.sessions()).isLessThanOrEqualTo(1024);
    assertThat(windows.first(SESSION, Long.MAX_VALUE)).isTrue();
    assertThat(windows.first(SESSION, Long.MAX_VALUE)).isFalse();
    assertThat(windows.first(SESSION, 0)).isFalse();
  }
}
