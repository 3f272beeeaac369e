// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.node.NodeRunner;
import java.nio.file.Path;

/** Fails as a mistake of the program does. */
final class BrokenRunner implements NodeRunner {
  @Override
  public String version() {
    return "broken";
  }

  @Override
  public boolean initialise(final Path home, final boolean force) {
    throw new IllegalStateException("broken");
  }

  @Override
  public Running start(final Start start) {
    throw new IllegalStateException("broken");
  }
}
