// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.bundle;

/** A bundle that is not as it must be. The message says what is wrong, for people. */
public final class BundleException extends Exception {
  private static final long serialVersionUID = 1L;

  BundleException(final String message) {
    super("the bundle " + message);
  }
}
