// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.http.CorsOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;

/**
 * The CORS protocol of the Fetch standard, with private network access.
 *
 * <p>The handler of Vert.x Web stands back here because it refuses every origin whose scheme it
 * does not know, and the desktop clients come from {@code tauri://localhost}.
 */
final class Cors {
  private static final CharSequence ALLOW_PRIVATE_NETWORK =
      HttpHeaders.createOptimized("access-control-allow-private-network");
  private static final CharSequence REQUEST_PRIVATE_NETWORK =
      HttpHeaders.createOptimized("access-control-request-private-network");
  private static final CharSequence ANY = HttpHeaders.createOptimized("*");
  private static final CharSequence TRUE = HttpHeaders.createOptimized("true");
  private static final CharSequence METHODS =
      HttpHeaders.createOptimized("GET,POST,PUT,DELETE,OPTIONS");
  private static final CharSequence EXPOSED =
      HttpHeaders.createOptimized("x-auth-error,x-auth-user,x-auth-permissions");
  private static final CharSequence MAX_AGE = HttpHeaders.createOptimized("3600");

  private final Set<String> origins;
  private final boolean privateNetwork;

  Cors(final CorsOptions options) {
    this.origins = Set.copyOf(options.origins());
    this.privateNetwork = options.privateNetwork();
  }

  /** Puts the headers on the response; false if a page of this origin must not call the node. */
  boolean allow(final HttpServerRequest request) {
    final String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      return true;
    }
    final HttpServerResponse response = request.response();
    if (origins.isEmpty()) {
      response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    } else {
      response.putHeader(HttpHeaders.VARY, HttpHeaders.ORIGIN);
      if (!origins.contains(origin)) {
        return false;
      }
      response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    return true;
  }

  /** Puts what a preflight asks for on the response: any header, the methods there are. */
  void preflight(final HttpServerRequest request) {
    final HttpServerResponse response = request.response();
    response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    final String headers = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
    if (headers != null) {
      response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, headers);
    }
    if (privateNetwork && request.headers().contains(REQUEST_PRIVATE_NETWORK)) {
      response.putHeader(ALLOW_PRIVATE_NETWORK, TRUE);
    }
    response.putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE);
  }
}
