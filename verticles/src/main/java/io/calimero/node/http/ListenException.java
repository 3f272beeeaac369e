// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

/** The node cannot listen on an address. The message says which, why, and what to do. */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final String host;
  private final int port;

  /** Why the node cannot listen. */
  public enum Reason {
    /** Another process listens there. */
    IN_USE,
    /** This machine does not have the address, or its name is unknown. */
    NO_SUCH_ADDRESS,
    /** The operating system forbids it, as it does for low ports. */
    FORBIDDEN,
    /** Something else; the cause says what. */
    OTHER
  }

  /** A failure to listen. */
  public ListenException(
      final Reason reason, final String host, final int port, final Throwable cause) {
    super(describe(reason, host, port, cause), cause);
    this.reason = reason;
    this.host = host;
    this.port = port;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** The address. */
  public String host() {
    return host;
  }

  /** The port. */
  public int port() {
    return port;
  }

  private static String describe(
      final Reason reason, final String host, final int port, final Throwable cause) {
    return switch (reason) {
      case IN_USE ->
          "port "
              + port
              + " on "
              + host
              + " is in use: stop what listens there, or choose another port";
      case NO_SUCH_ADDRESS -> "this machine has no address " + host + " to listen on";
      case FORBIDDEN -> "not allowed to listen on port " + port + " on " + host;
      case OTHER -> "cannot listen on port " + port + " on " + host + ": " + cause.getMessage();
    };
  }
}
