// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.calimero.node.bridge.BridgeLimits;
import io.calimero.node.bridge.BridgeOptions;
import io.calimero.node.http.HttpLimits;
import io.calimero.node.http.PushLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads the settings of what clients reach: the HTTP face and the bridges. */
public final class ClientSettings {
  private static final int MAX_PORT = 65_535;
  private static final int KIB = 1024;
  private static final int MIB = 1024 * 1024;
  private static final int MANY = 1_000_000;
  private static final int MIN_TOKEN = 16;
  private static final int MAX_TOKEN = 512;
  private static final Duration HOUR = Duration.ofHours(1);

  private ClientSettings() {}

  /** What clients of the HTTP face may take. */
  public static HttpLimits http(final Settings settings) {
    final HttpLimits defaults = HttpLimits.DEFAULT;
    return new HttpLimits(
        settings.number("http.connections", 1, MANY),
        settings.number("http.requests", 1, MANY),
        (int) settings.size("http.body-size", KIB, defaults.bufferedBytes()),
        defaults.bufferedBytes(),
        defaults.headerSize(),
        defaults.headTime(),
        settings.time("http.idle-time", Duration.ofSeconds(1), HOUR),
        settings.time("http.body-time", Duration.ofSeconds(1), HOUR),
        settings.time("http.response-time", Duration.ofSeconds(1), HOUR),
        defaults.stopTime());
  }

  /** What clients that are told of events may take. */
  public static PushLimits push(final Settings settings) {
    final PushLimits limits =
        new PushLimits(
            settings.number("http.push.sockets", 1, MANY),
            settings.number("http.push.streams", 1, MANY),
            settings.number("http.push.sessions", 1, MANY),
            settings.number("http.push.subscriptions-per-client", 1, MANY),
            settings.number("http.push.subscriptions", 1, 100 * MANY),
            (int) settings.size("http.push.message-size", KIB, 64L * MIB),
            settings.number("http.push.calls", 1, MANY),
            (int) settings.size("http.push.unsent", 16L * KIB, 64L * MIB),
            settings.time("http.push.ping-every", Duration.ofSeconds(1), HOUR),
            settings.time("http.push.pong-time", Duration.ofSeconds(1), HOUR),
            settings.time("http.push.comment-every", Duration.ofSeconds(1), HOUR),
            settings.time("http.push.stall-time", Duration.ofSeconds(1), HOUR),
            settings.time("http.push.session-time", Duration.ofSeconds(1), Duration.ofDays(30)));
    if (limits.subscriptionsPerClient() > limits.subscriptions()) {
      settings.mistake(
          "http.push.subscriptions-per-client", "must not be more than http.push.subscriptions");
    }
    return limits;
  }

  /** The bridges. */
  public static BridgeOptions bridge(final Settings settings) {
    final String host = settings.text("bridge.host");
    final boolean tcp = settings.flag("bridge.tcp");
    final boolean sockJs = settings.flag("bridge.sockjs");
    final int tcpPort = settings.number("bridge.tcp-port", 0, MAX_PORT);
    final int sockJsPort = settings.number("bridge.sockjs-port", 0, MAX_PORT);
    final String token = settings.optionalText("bridge.token");
    if (!token.isEmpty() && (token.length() < MIN_TOKEN || token.length() > MAX_TOKEN)) {
      // Not quoted, as the other mistakes are: it is a secret.
      settings.mistake(
          "bridge.token must have between " + MIN_TOKEN + " and " + MAX_TOKEN + " characters");
    }
    if ((tcp || sockJs) && token.isEmpty() && !isLoopback(host)) {
      settings.mistake(
          "bridge.token must be set, as bridge.host lets in more than programs on this machine");
    }
    if (tcp && sockJs && tcpPort != 0 && tcpPort == sockJsPort) {
      settings.mistake("bridge.tcp-port and bridge.sockjs-port are both " + tcpPort);
    }
    return new BridgeOptions(
        host,
        tcp ? Optional.of(tcpPort) : Optional.empty(),
        sockJs ? Optional.of(sockJsPort) : Optional.empty(),
        origins(settings),
        token.isEmpty() ? Optional.empty() : Optional.of(token),
        new BridgeLimits(
            settings.number("bridge.connections", 1, MANY),
            (int) settings.size("bridge.message-size", KIB, 64L * MIB),
            settings.number("bridge.registrations", 1, MANY),
            settings.number("bridge.requests", 1, MANY),
            (int) settings.size("bridge.unsent", 16L * KIB, 1024L * MIB),
            settings.time("bridge.idle-time", Duration.ofSeconds(1), HOUR)));
  }

  private static List<String> origins(final Settings settings) {
    final List<String> origins = settings.list("bridge.origins");
    if (!origins.stream().allMatch(origin -> origin.matches("https?://[^/]+"))) {
      settings.mistake("bridge.origins", "must be origins such as https://app.example");
    }
    return origins;
  }

  private static boolean isLoopback(final String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (final UnknownHostException e) {
      return false; // listening there will fail and say so
    }
  }
}
