// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.codec.MalformedException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The node's commands for somebody who brings them from outside the bus, by address and as JSON
 * (docs/topics.md). What is malformed is refused here and does not reach the bus; nor does what the
 * node keeps to itself.
 */
public final class ForeignCommands {
  private static final JsonForm<Problem> PROBLEM = JsonForm.of(Problem.class);
  private static final Map<String, CommandTopic<?, ?>> COMMANDS =
      Topics.commands().stream()
          .filter(topic -> topic.scope() == Scope.CLUSTER)
          .collect(Collectors.toUnmodifiableMap(CommandTopic::address, Function.identity()));

  private final Bus bus;

  /** The commands of this bus. */
  public ForeignCommands(final Bus bus) {
    this.bus = bus;
  }

  /** Whether there is a command for others at this address. */
  public static boolean isCommand(final String address) {
    return COMMANDS.containsKey(address);
  }

  /** Whether the node publishes JSON at this address. */
  public static boolean isNotice(final String address) {
    return JsonNotices.isNotice(address);
  }

  /**
   * Gives a command.
   *
   * @param address one that {@link #isCommand}
   * @param body what came as its message, whatever it is
   * @return {@code {"result": …}} or {@code {"error": …}}; never a failure
   */
  public Future<JsonObject> request(final String address, final Object body) {
    final CommandTopic<?, ?> topic = COMMANDS.get(address);
    if (topic == null) {
      return Future.succeededFuture(
          error(Problem.of(Code.INVALID_REQUEST, "there is no command " + address)));
    }
    return request(topic, body);
  }

  /** A problem, as the answer to a command. */
  public static JsonObject error(final Problem problem) {
    return new JsonObject().put("error", PROBLEM.write(problem));
  }

  private <Q, R> Future<JsonObject> request(final CommandTopic<Q, R> topic, final Object body) {
    if (!(body instanceof JsonObject json)) {
      return Future.succeededFuture(
          error(Problem.of(Code.INVALID_REQUEST, "the message must be an object")));
    }
    final Q request;
    try {
      request = topic.requestForm().read(json, "");
    } catch (final MalformedException e) {
      return Future.succeededFuture(
          error(Problem.of(Code.INVALID_REQUEST, String.valueOf(e.getMessage()))));
    }
    return bus.request(topic, request)
        .map(reply -> new JsonObject().put("result", topic.replyForm().write(reply)))
        .recover(
            cause ->
                Future.succeededFuture(
                    error(
                        cause instanceof NodeException known
                            ? known.problem()
                            : Problem.of(Code.INTERNAL, "internal error: " + cause))));
  }
}
