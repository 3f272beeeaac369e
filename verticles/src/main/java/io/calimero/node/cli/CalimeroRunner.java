// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli;

import io.calimero.node.cli.internal.node.NodeRunner;
import io.calimero.node.cli.internal.terminal.Failure;
import java.nio.file.Path;

final class CalimeroRunner implements NodeRunner {
  @Override
  public String version() {
    return "x";
  }

  @Override
  public boolean initialise(final Path home, final boolean force) {
    throw Failure.failed("nyi");
  }

  @Override
  public Running start(final Start start) {
    throw Failure.failed("nyi");
  }
}
