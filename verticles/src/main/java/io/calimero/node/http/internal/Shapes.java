// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.vertx.core.http.HttpServerRequest;

/** Which shape of events a client asks for: {@code ?calimero_events=2025} for the older one. */
final class Shapes {
  private Shapes() {}

  static EventJson.Shape of(final HttpServerRequest request) {
    return "2025".equals(request.getParam("calimero_events"))
        ? EventJson.Shape.APART
        : EventJson.Shape.TOGETHER;
  }
}
