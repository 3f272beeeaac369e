// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.SnapshotMessages.Beginning;
import io.calimero.node.events.peers.PeerMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When others are asked for what is wanting. */
class TasksTest {
  private static final ContextId CONTEXT = new ContextId(Hash.ZERO);
  private static final PublicKey COORDINATOR = new PublicKey(Hash.sha256(new byte[] {1}));

  private final Script script = new Script();
  private final Acquaintances acquaintances = new Acquaintances();
  private final Tasks tasks =
      new Tasks(
          script,
          new ClientPeer(
              script,
              () -> Bytes.wrap(new byte[PeerMessage.NONCE_LENGTH]),
              "self",
              acquaintances,
              CatchupCore.FAR,
              () -> 0),
          acquaintances,
          new Board(() -> 0, _ -> {}),
          new PeerChoice());

  /** Answers when the test says so. */
  private static final class Script implements Commands {
    private final Deque<CompletableFuture<Object>> asked = new ArrayDeque<>();

    @Override
    @SuppressWarnings("unchecked") // the test answers as the topics have it
    public <Q, R> CompletableFuture<R> ask(final CommandTopic<Q, R> topic, final Q request) {
      final CompletableFuture<Object> reply = new CompletableFuture<>();
      asked.add(reply);
      return (CompletableFuture<R>) reply;
    }
  }

  /** Nothing is wanting here. */
  private static Summary complete() {
    return new Summary(
        CONTEXT,
        new ApplicationId(Hash.ZERO),
        new Head(7, Hash.ZERO, 70),
        List.of(COORDINATOR),
        List.of(COORDINATOR),
        COORDINATOR,
        1,
        1,
        Optional.empty());
  }

  @Test
  void whatIsHeardWhileAPeerIsAskedIsAskedForAfterwards() {
    tasks.want(CONTEXT, "ada");
    assertThat(script.asked).hasSize(1);
    tasks.want(CONTEXT, "ben");
    tasks.want(CONTEXT);
    assertThat(script.asked).hasSize(1);
    script.asked.remove().complete(complete());
    // Whether its state can be lost.
    script.asked.remove().complete(new Beginning(1));
    assertThat(script.asked).as("asked once more, not twice").hasSize(1);
    script.asked.remove().complete(complete());
    assertThat(script.asked).isEmpty();
  }
}
