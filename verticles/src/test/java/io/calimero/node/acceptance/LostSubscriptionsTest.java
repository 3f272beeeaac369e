// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static io.calimero.node.acceptance.ClusterUnderTest.await;
import static io.calimero.node.acceptance.ClusterUnderTest.eventually;
import static io.calimero.node.acceptance.ClusterUnderTest.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the cluster knows of its members may be taken from it by a member that is late. */
@Execution(ExecutionMode.CONCURRENT)
class LostSubscriptionsTest {
  private final ClusterUnderTest cluster = new ClusterUnderTest(3);
  private final List<Vertx> members = new ArrayList<>();

  private Vertx join() throws Exception {
    final Vertx member = cluster.service(members.size());
    members.add(member);
    return member;
  }

  @AfterEach
  void leave() {
    await(Future.join(members.stream().map(Vertx::close).toList()));
  }

  @Test
  void whatTheClusterForgotIsSaidAgainWhenItsMembersChange() throws Exception {
    final Vertx ana = join();
    final Vertx ben = join();
    await(ana.eventBus().consumer("greeting", message -> message.reply("hello")).completion());
    assertThat(eventually(() -> greet(ben))).isEqualTo("hello");
    cluster.forgetsWhoListens();
    until(() -> await(greet(ben).map(true).otherwise(false)).equals(false));
    join();
    assertThat(eventually(() -> greet(ben))).isEqualTo("hello");
  }

  @Test
  void whatWasGivenUpIsNotSaidAgain() throws Exception {
    final Vertx ana = join();
    final Vertx ben = join();
    final var kept = ana.eventBus().consumer("kept", message -> message.reply("hello"));
    await(kept.completion());
    final var consumer = ana.eventBus().consumer("greeting", message -> message.reply("hello"));
    await(consumer.completion());
    assertThat(eventually(() -> greet(ben))).isEqualTo("hello");
    await(consumer.unregister());
    cluster.forgetsWhoListens();
    join();
    eventually(() -> ben.eventBus().request("kept", ""));
    assertThat(await(greet(ben).map(true).otherwise(false))).isFalse();
  }

  private static Future<Object> greet(final Vertx from) {
    return from.eventBus().request("greeting", "").map(Message::body);
  }
}
