// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.relay;

/** What a relay answers. */
public enum RelayStatus {
  /** Nothing, or something that is not known here. */
  UNKNOWN(0),
  /** Granted. */
  OK(100),
  /** No reservation, for instance because there are too many. */
  RESERVATION_REFUSED(200),
  /** Too many circuits, or requests. */
  RESOURCE_LIMIT_EXCEEDED(201),
  /** Not for this peer, or not over this connection. */
  PERMISSION_DENIED(202),
  /** The other end could not be had. */
  CONNECTION_FAILED(203),
  /** The other end has made no reservation. */
  NO_RESERVATION(204),
  /** The request cannot be read. */
  MALFORMED_MESSAGE(400),
  /** The request does not belong here. */
  UNEXPECTED_MESSAGE(401);

  private final int code;

  RelayStatus(final int code) {
    this.code = code;
  }

  /** The number on the wire. */
  public int code() {
    return code;
  }

  static RelayStatus of(final long code) {
    for (final RelayStatus status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    return UNKNOWN;
  }
}
