// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static io.calimero.node.http.Samples.CONTEXT;
import static io.calimero.node.http.Samples.read;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StopTest {
  @Test
  void aCallThatIsUnderWayIsStillAnswered() {
    try (NodeUnderTest node = new NodeUnderTest()) {
      final Promise<Answer> answer = Promise.promise();
      final CompletableFuture<Boolean> asked = new CompletableFuture<>();
      node.when(
          Topics.SUBMIT,
          _ -> {
            asked.complete(true);
            return answer.future();
          });
      final CompletableFuture<HttpResponse<String>> response =
          CompletableFuture.supplyAsync(
              () ->
                  node.post(
                      "/jsonrpc",
                      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"mutate\",\"params\":{"
                          + "\"contextId\":\""
                          + CONTEXT
                          + "\",\"method\":\"set\"}}"));
      asked.join();
      final Future<Void> stopped = node.undeploy();
      answer.complete(read("true"));
      assertThat(response.join().body())
          .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"output\":true}}");
      NodeUnderTest.await(stopped);
    }
  }
}
