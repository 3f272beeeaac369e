// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.messages.NodeMessages.Alive;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many contexts a node of the cluster is believed to have. */
final class KnownNodeTest {
  private final Vertx vertx = Vertx.vertx();
  private final KnownNode node = new KnownNode("a", vertx.eventBus(), BusObserver.NONE);

  @AfterEach
  void close() {
    vertx.close().await();
  }

  private void tells(final String incarnation, final long contexts) {
    node.heard(new Alive("a", incarnation, 1, 500, contexts, false), 0);
  }

  @Test
  void whatWasPlacedCountsOnceWhetherItIsToldOfYetOrNot() {
    tells("run", 3);
    node.placed();
    assertThat(node.contexts()).isEqualTo(4);
    tells("run", 3); // was on its way
    assertThat(node.contexts()).isEqualTo(4);
    node.placed();
    assertThat(node.contexts()).isEqualTo(5);
    tells("run", 4);
    assertThat(node.contexts()).isEqualTo(5);
    tells("run", 5);
    assertThat(node.contexts()).isEqualTo(5);
  }

  @Test
  void whatCameToNothingIsForgottenAndARunOfItsOwnIsBelieved() {
    tells("run", 3);
    node.placed();
    for (int i = 0; i < 4; i++) {
      tells("run", 3);
    }
    assertThat(node.contexts()).isEqualTo(3);
    node.placed();
    tells("another run", 0);
    assertThat(node.contexts()).isZero();
  }
}
