// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the engine logs goes where the node logs, instead of to the standard error. */
final class LogBridge extends Handler {
  private static final Logger LOG = LoggerFactory.getLogger("io.calimero.node.wasm.graal");

  @Override
  public void publish(final LogRecord entry) {
    final int level = entry.getLevel().intValue();
    if (level >= Level.WARNING.intValue()) {
      LOG.warn(entry.getMessage(), entry.getThrown());
    } else if (level >= Level.INFO.intValue()) {
      LOG.info(entry.getMessage(), entry.getThrown());
    } else {
      LOG.debug(entry.getMessage(), entry.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
