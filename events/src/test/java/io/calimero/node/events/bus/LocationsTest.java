// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.Samples;
import io.calimero.node.events.messages.NodeMessages.Alive;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is made of the answers of those who may have a context, and of those who cannot answer. */
@Timeout(60)
final class LocationsTest {
  private static final long EVERY_MILLIS = TimeUnit.HOURS.toMillis(1);

  private final Vertx vertx = Vertx.vertx();
  private Directory directory;
  private Locations locations;

  @BeforeEach
  void open() {
    // Makes known how parcels travel.
    final Bus _ = Bus.of(vertx);
    directory = new Directory(vertx, BusObserver.NONE);
    locations = new Locations(directory);
  }

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void aContextThatNoNodeHasIsNotFound() {
    answers("b", () -> {});
    tells("b");

    assertThat(codeOf(locations.locate(Samples.CONTEXT))).isEqualTo(Code.CONTEXT_NOT_FOUND);
  }

  @Test
  void whereNoNodeIsKnownNothingIsSaidOfTheContext() {
    assertThat(codeOf(locations.locate(Samples.CONTEXT))).isEqualTo(Code.NODE_UNAVAILABLE);
  }

  @Test
  void aNodeThatComesBackWhileOthersAreAskedWasNotAsked() {
    directory.expect(List.of("a"));
    answers("b", () -> tells("a"));
    tells("b");

    assertThat(codeOf(locations.locate(Samples.CONTEXT))).isEqualTo(Code.NODE_UNAVAILABLE);
    answers("a", () -> {});
    assertThat(codeOf(locations.locate(Samples.CONTEXT))).isEqualTo(Code.CONTEXT_NOT_FOUND);
  }

  /** The node has no context, and does this before it says so. */
  private void answers(final String node, final Runnable before) {
    final var answering =
        new Served<>(
            Topics.CONTEXT_GET,
            BusObserver.NONE,
            request -> {
              before.run();
              return Future.failedFuture(
                  Problem.of(Code.CONTEXT_NOT_FOUND, "Context not found", request.context().hash())
                      .toException());
            });
    vertx
        .eventBus()
        .<Object>consumer(KnownNode.address(Topics.CONTEXT_GET.address(), "run of " + node))
        .handler(answering::ofTheJvm)
        .completion()
        .await();
  }

  private void tells(final String node) {
    directory
        .known(node)
        .heard(new Alive(node, "run of " + node, 1, EVERY_MILLIS, 0, false), System.nanoTime());
  }

  private static Code codeOf(final Future<?> answer) {
    return answer
        .map(found -> Code.INTERNAL)
        .recover(failure -> Future.succeededFuture(((NodeException) failure).problem().code()))
        .await();
  }
}
