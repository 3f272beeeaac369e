package example;

import io.calimero.node.CalimeroCluster;
import io.calimero.node.CalimeroNode;
import io.calimero.node.NodeStartException;
import io.calimero.node.NodeVerticle;
import io.calimero.node.Part;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The snippets of docs/embedding.md: its tests compile this file, run it and compare the page with it. */
public final class Embedding {
  private Embedding() {}

  public static Future<CalimeroNode> deploy(final Vertx vertx, final Path directory) {
    // snippet: deploy
    Future<CalimeroNode> deployed =
        CalimeroNode.at(directory)
            .http("127.0.0.1", 0)
            .set("execution.call-deadline", "5s")
            .deploy(vertx);
    // end
    return deployed;
  }

  public static Future<String> verticle(final Vertx vertx, final Path directory) {
    // snippet: verticle
    JsonObject config =
        new JsonObject()
            .put("home", directory.toString())
            .put("http", new JsonObject().put("port", 0));
    Future<String> deploymentId =
        vertx.deployVerticle(new NodeVerticle(), new DeploymentOptions().setConfig(config));
    // end
    return deploymentId;
  }

  public static Future<CalimeroNode> withoutHttp(final Vertx vertx, final Path directory) {
    // snippet: parts
    Future<CalimeroNode> deployed =
        CalimeroNode.at(directory).parts(Part.EXECUTION, Part.CONTEXT).deploy(vertx);
    // end
    return deployed;
  }

  public static Vertx cluster(final List<String> members) throws NodeStartException {
    // snippet: cluster
    Vertx vertx =
        CalimeroCluster.join(
            new JsonObject().put("name", "calimero").put("members", new JsonArray(members)));
    // end
    return vertx;
  }

  public static Future<Answer> call(final Vertx vertx, final ContextId context) {
    // snippet: call
    Future<Answer> answer =
        Bus.of(vertx)
            .request(
                Topics.SUBMIT,
                new Submit(
                    context,
                    Optional.empty(),
                    "set",
                    Bytes.utf8("{\"key\":\"a\",\"value\":\"1\"}"),
                    Optional.empty()));
    // end
    return answer;
  }
}
