// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.messages.NetworkMessages.Done;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Taking the topics of the contexts that are here. */
class SubscriptionsTest {
  private int asked;
  private boolean refusing = true;

  private final Subscriptions subscriptions =
      new Subscriptions(
          new Commands() {
            @Override
            @SuppressWarnings("unchecked") // the only command is one that is answered so
            public <Q, R> CompletableFuture<R> ask(
                final CommandTopic<Q, R> topic, final Q request) {
              asked++;
              return refusing
                  ? Problems.failed(Code.BUSY, "not now")
                  : CompletableFuture.completedFuture((R) new Done());
            }
          });

  @Test
  void whatIsRefusedAtOnceIsAskedForTheNextTime() {
    for (int i = 0; i < 3; i++) {
      subscriptions.take(new ContextId(Hash.sha256(new byte[] {(byte) i})));
    }
    assertThat(asked).isEqualTo(1 + 2 + 3);
    refusing = false;
    subscriptions.subscribe();
    assertThat(asked).isEqualTo(6 + 3);
    subscriptions.subscribe();
    assertThat(asked).as("all are taken").isEqualTo(9);
  }
}
