// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Client;
import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.http.EventSocket;
import io.calimero.node.cli.internal.http.Fields;
import io.calimero.node.cli.internal.http.RpcError;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code context watch}. */
@Command(
    name = "watch",
    description = {
      "Print what happens in a context, a line for each transaction, until Control-C.",
      "After the node was restarted it goes on where it was: nothing is lost, nothing comes twice."
    })
final class ContextWatch extends ClientCommand {
  private static final Duration TICK = Duration.ofMillis(250);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  @Parameters(
      paramLabel = "CONTEXT",
      completionCandidates = Candidates.Contexts.class,
      description = "Its identifier, or the beginning of it.")
  private String context = "";

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      description = "Begin with this position of the log; 1 is its first. Default: what comes.")
  private long from;

  private final AtomicBoolean ended = new AtomicBoolean();
  private long next;
  private boolean lost;

  ContextWatch(final Workplace workplace) {
    super(workplace);
  }

  @Override
  void run(final Client node) {
    if (from < 0) {
      throw Failure.usage("--from must be a position, from 1 on");
    }
    if (workplace().attachment().isPresent()) {
      throw Failure.usage("watching has no end, and a prompt cannot end it")
          .hint("Use it on the command line.");
    }
    final String id = Ids.context(node, context);
    next = from;
    workplace().machine().stopSignals().accept(() -> ended.set(true));
    Endpoint endpoint = node.endpoint();
    while (!ended.get()) {
      try (EventSocket socket = EventSocket.open(endpoint, node.timeout())) {
        follow(socket, id);
      } catch (final IOException e) {
        if (!lost) {
          lost = true;
          console()
              .note(
                  "the connection to the node is lost: "
                      + Text.oneLine(String.valueOf(e.getMessage())));
        }
        workplace().machine().pause().accept(PAUSE);
      } catch (final InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      endpoint = endpointNow(endpoint);
    }
  }

  /** The node may have come up again on another port. */
  private Endpoint endpointNow(final Endpoint before) {
    try {
      return endpoint();
    } catch (final Failure e) {
      return before; // it is not up yet
    }
  }

  private void follow(final EventSocket socket, final String id)
      throws IOException, InterruptedException {
    final String position = next > 0 ? ",\"calimeroFrom\":" + next : "";
    socket.send(
        "{\"id\":1,\"method\":\"subscribe\",\"params\":{\"contextIds\":[\""
            + id
            + "\"]"
            + position
            + "}}");
    while (!ended.get()) {
      final var message = socket.next(TICK);
      if (message.isPresent()) {
        take(parse(message.get()), id);
      }
    }
  }

  private static JsonObject parse(final String message) {
    try {
      return new JsonObject(message);
    } catch (final DecodeException e) {
      throw Failure.failed("the node sent what is no JSON").because(e);
    }
  }

  private void take(final JsonObject message, final String id) {
    if (message.containsKey("error")) {
      throw RpcError.failure(message.getValue("error")).answer(message.encode());
    }
    final JsonObject result = Fields.object(message, "result");
    if (message.getValue("id") != null) {
      if (lost) {
        lost = false;
        console().note("connected again");
      }
      if (next == 0) {
        next = Fields.number(Fields.object(result, "calimero_from"), id);
      }
      return;
    }
    next = Fields.number(Fields.object(result, "calimero_receipt"), "position") + 1;
    if (json()) {
      console().result(result.encode());
    } else {
      console().result(line(result));
    }
  }

  private String line(final JsonObject event) {
    final JsonObject call = Fields.object(event, "calimero_call");
    final StringBuilder line =
        new StringBuilder()
            .append(next - 1)
            .append("  ")
            .append(Text.clean(Fields.text(call, "method")))
            .append(" by ")
            .append(Text.clean(Fields.text(call, "executor")));
    final JsonArray events = Fields.array(Fields.object(event, "data"), "events");
    for (final Object each : events) {
      if (each instanceof final JsonObject emitted) {
        line.append("  ")
            .append(Text.clean(Fields.text(emitted, "kind")))
            .append(' ')
            .append(text(Fields.array(emitted, "data")));
      }
    }
    return line.toString();
  }

  /** Bytes as the text that they usually are. */
  private static String text(final JsonArray bytes) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (final Object each : bytes) {
      if (each instanceof final Number number) {
        out.write(number.intValue());
      }
    }
    return Text.clean(out.toString(StandardCharsets.UTF_8));
  }
}
