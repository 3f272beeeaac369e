// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

/** A request that is answered with an HTTP status and a message. Expected, so no stack trace. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String message;

  Refusal(final int status, final String message) {
    super(message, null, false, false);
    this.status = status;
    this.message = message;
  }

  int status() {
    return status;
  }

  String message() {
    return message;
  }

  static Refusal badRequest(final String message) {
    return new Refusal(400, message);
  }
}
