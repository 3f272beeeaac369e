// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.network;

import java.net.BindException;
import java.util.List;

/** The node cannot listen for others. The message says where, why, and what to do. */
public final class ListenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure to listen at one of these addresses. */
  ListenException(final List<String> hosts, final int port, final Throwable cause) {
    super(describe(String.join(" or ", hosts), port, cause), cause);
  }

  private static String describe(final String hosts, final int port, final Throwable cause) {
    final String words = String.valueOf(cause.getMessage());
    final boolean refused =
        cause instanceof BindException || cause.getCause() instanceof BindException;
    if (refused && words.contains("in use")) {
      return "port "
          + port
          + " on "
          + hosts
          + ", for other nodes, is in use: stop what listens there, or choose another port";
    }
    if (words.contains("ermission")) {
      return "not allowed to listen for other nodes on port " + port + " on " + hosts;
    }
    if (refused) {
      return "this machine has no address " + hosts + " to listen on for other nodes";
    }
    return "cannot listen for other nodes on port " + port + " on " + hosts + ": " + words;
  }
}
