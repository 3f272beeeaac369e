// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import org.junit.jupiter.api.Test;

class ExpectationsTest {
  private static final ContextId CONTEXT = new ContextId(Hash.ZERO);

  private final Expectations expectations = new Expectations();

  @Test
  void whatHasNotComeWhenItWasLookedAtTwiceIsAskedFor() {
    expectations.expect(CONTEXT, 5);

    assertThat(expectations.overdue()).isEmpty();
    assertThat(expectations.overdue()).containsExactly(CONTEXT);
    assertThat(expectations.overdue()).containsExactly(CONTEXT);

    expectations.reached(CONTEXT, 5);
    assertThat(expectations.overdue()).isEmpty();
  }

  @Test
  void nothingIsAskedForAsLongAsTheLogGrows() {
    for (long position = 1; position < 100; position++) {
      // More is ordered all the time, and the log is always some entries behind.
      expectations.expect(CONTEXT, position + 10);
      expectations.reached(CONTEXT, position);
      assertThat(expectations.overdue()).isEmpty();
    }

    assertThat(expectations.overdue()).containsExactly(CONTEXT);
  }

  @Test
  void newerExpectationsDoNotPutOffOlderOnes() {
    expectations.expect(CONTEXT, 5);
    assertThat(expectations.overdue()).isEmpty();

    expectations.expect(CONTEXT, 6);
    assertThat(expectations.overdue()).containsExactly(CONTEXT);
  }
}
