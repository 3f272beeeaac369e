// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.OperationMessages.ReadMetrics;
import io.calimero.node.http.MetricsAccess;
import io.netty.util.NetUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** {@code GET /metrics}, in the text format of Prometheus. */
final class MetricsRoutes {
  private static final CharSequence FORMAT =
      HttpHeaders.createOptimized("text/plain; version=0.0.4; charset=utf-8");
  private static final List<String> FORWARDED =
      List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

  private final Bus bus;
  private final MetricsAccess access;

  MetricsRoutes(final Bus bus, final MetricsAccess access) {
    this.bus = bus;
    this.access = access;
  }

  void mount(final Routes routes) {
    if (access != MetricsAccess.NOBODY) {
      routes.plain(HttpMethod.GET, "/metrics", this::answer);
    }
  }

  private void answer(final Exchange exchange) {
    if (access == MetricsAccess.LOOPBACK && !isLocal(exchange.request())) {
      exchange.error(403, "metrics are for this machine only; the setting is http.metrics");
      return;
    }
    bus.request(Topics.METRICS_READ, new ReadMetrics())
        .onSuccess(metrics -> exchange.content(200, FORMAT, Buffer.buffer(metrics.text())))
        .onFailure(
            cause -> {
              final Refusal refusal = Problems.refusal(cause);
              exchange.error(refusal.status(), refusal.message());
            });
  }

  private static boolean isLocal(final HttpServerRequest request) {
    if (FORWARDED.stream().anyMatch(request.headers()::contains)) {
      return false;
    }
    final byte[] address =
        NetUtil.createByteArrayFromIpAddressString(request.remoteAddress().hostAddress());
    try {
      return address != null && InetAddress.getByAddress(address).isLoopbackAddress();
    } catch (final UnknownHostException e) {
      return false;
    }
  }
}
