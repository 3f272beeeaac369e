// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge.internal;

import io.calimero.node.bridge.BridgeLimits;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.ForeignCommands;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of a bridge. Its messages are those of the Vert.x event bus bridges ({@code send},
 * {@code register}, {@code unregister}, {@code ping}), so that their clients work; what may be sent
 * and heard is the node's topics and nothing else. Used on one event loop.
 *
 * <p>Every way in which a client could take more and more is bounded: what it sends, what it has
 * asked for, what it listens to, and what it does not read.
 */
public final class BridgeSession {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeSession.class);

  /** Longer than any address that is served, and than what clients make up for their replies. */
  private static final int MAX_ADDRESS = 256;

  private final Carrier carrier;
  private final Rules rules;
  private final ForeignCommands commands;
  private final Map<String, MessageConsumer<?>> registrations = new HashMap<>();
  private boolean isAdmitted;
  private boolean isClosed;
  private int requests;
  private long unsent;

  /**
   * What holds for all clients.
   *
   * @param vertx whose bus it is
   * @param bus the node's topics
   * @param token what they must present, if anything
   * @param limits what they may take
   */
  public record Rules(Vertx vertx, Bus bus, Optional<String> token, BridgeLimits limits) {}

  BridgeSession(final Carrier carrier, final Rules rules) {
    this.carrier = carrier;
    this.rules = rules;
    this.commands = new ForeignCommands(rules.bus());
    this.isAdmitted = rules.token().isEmpty();
  }

  /** Takes a message, whatever it is. */
  void receive(final Buffer message) {
    if (isClosed) {
      return;
    }
    if (message.length() > rules.limits().messageSize()) {
      refuse("message_too_large");
      return;
    }
    try {
      if (Json.decodeValue(message) instanceof JsonObject frame) {
        take(frame);
      } else {
        mistake("invalid_json");
      }
    } catch (final DecodeException e) {
      mistake("invalid_json");
    } catch (final RuntimeException e) {
      LOG.error("a message of a bridge failed unexpectedly", e);
      refuse("internal_error");
    }
  }

  /** Says why, and ends the connection. */
  void refuse(final String reason) {
    mistake(reason);
    close();
    carrier.close();
  }

  /** Ends what the client has taken; the connection is closed. */
  void close() {
    isClosed = true;
    registrations.values().forEach(MessageConsumer::unregister);
    registrations.clear();
  }

  private void take(final JsonObject frame) {
    final String type = text(frame, "type").orElse("");
    if (type.equals("ping")) {
      if (carrier.answersPings()) {
        write(new JsonObject().put("type", "pong"));
      }
      return;
    }
    if (!isAdmitted && !presentsToken(frame)) {
      refuse("token_required");
      return;
    }
    final Optional<String> address =
        text(frame, "address").filter(name -> name.length() <= MAX_ADDRESS);
    if (address.isEmpty()) {
      mistake("missing_address");
      return;
    }
    switch (type) {
      case "send" -> send(address.get(), frame);
      case "register" -> register(address.get());
      case "unregister" -> unregister(address.get());
      case "publish" -> mistake("access_denied");
      default -> mistake("unknown_type");
    }
  }

  private boolean presentsToken(final JsonObject frame) {
    isAdmitted =
        frame.getValue("headers") instanceof JsonObject headers
            && headers.getValue("token") instanceof String given
            && rules.token().filter(token -> equalsInEqualTime(token, given)).isPresent();
    return isAdmitted;
  }

  private static boolean equalsInEqualTime(final String one, final String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private void send(final String address, final JsonObject frame) {
    if (!ForeignCommands.isCommand(address)) {
      mistake("access_denied");
      return;
    }
    final Optional<String> reply = text(frame, "replyAddress");
    if (reply.filter(name -> name.length() > MAX_ADDRESS).isPresent()) {
      mistake("invalid_reply_address");
      return;
    }
    if (requests >= rules.limits().requests()) {
      answer(
          reply,
          ForeignCommands.error(
              Problem.of(
                  Code.BUSY,
                  "the node is working on "
                      + requests
                      + " commands of this connection already: try again")));
      return;
    }
    requests++;
    final @Nullable Object body = frame.getValue("body");
    final Future<?> _ =
        commands
            .request(address, body == null ? "" : body)
            .onComplete(
                answer -> {
                  requests--;
                  answer(reply, answer.result());
                });
  }

  private void answer(final Optional<String> reply, final JsonObject answer) {
    reply.ifPresent(address -> write(carrier.received(address, answer, true)));
  }

  private void register(final String address) {
    if (!ForeignCommands.isNotice(address)) {
      mistake("access_denied");
    } else if (registrations.containsKey(address)) {
      mistake("address_already_registered");
    } else if (registrations.size() >= rules.limits().registrations()) {
      mistake("max_handlers_reached");
    } else {
      registrations.put(
          address,
          rules
              .vertx()
              .eventBus()
              .consumer(
                  address,
                  message -> {
                    // What anybody else says there is not the node's.
                    if (message.body() instanceof JsonObject notice) {
                      write(carrier.received(address, notice, false));
                    }
                  }));
    }
  }

  private void unregister(final String address) {
    final MessageConsumer<?> registration = registrations.remove(address);
    if (registration == null) {
      mistake("unknown_address");
    } else {
      final Future<Void> _ = registration.unregister();
    }
  }

  private void mistake(final String reason) {
    write(carrier.mistake(reason));
  }

  private void write(final JsonObject frame) {
    if (isClosed) {
      return;
    }
    if (unsent > rules.limits().unsent()) {
      LOG.warn("a client of a bridge does not read and is cut off");
      close();
      carrier.cutOff();
      return;
    }
    final Buffer bytes = frame.toBuffer();
    unsent += bytes.length();
    final Future<?> _ = carrier.write(bytes).onComplete(_ -> unsent -= bytes.length());
  }

  private static Optional<String> text(final JsonObject frame, final String field) {
    return frame.getValue(field) instanceof String text ? Optional.of(text) : Optional.empty();
  }
}
