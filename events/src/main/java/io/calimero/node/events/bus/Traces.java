// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.Executor;

/**
 * Hands the trace of the work at hand on to where that goes on, behind a queue or another thread:
 * what is done there is told as a part of it.
 */
@FunctionalInterface
public interface Traces {
  /** Nothing is traced. */
  Traces NONE =
      new Traces() {
        private static final Executor AT_ONCE = Runnable::run;

        @Override
        public Executor here() {
          return AT_ONCE;
        }
      };

  /**
   * The trace of the work at hand.
   *
   * @return runs each task at once, on the thread that gives it, as a part of that trace. That
   *     thread must be of the verticle that asked for it
   */
  Executor here();

  /** The traces of a Vert.x, if it has a tracer. */
  static Traces of(final Vertx vertx) {
    // Vert.x keeps the trace of a message in the context that it made for it.
    return ((VertxInternal) vertx).tracer() == null ? NONE : () -> in(ContextInternal.current());
  }

  private static Executor in(final ContextInternal context) {
    if (context == null || !context.isDuplicate()) {
      return NONE.here();
    }
    return task -> {
      final ContextInternal before = context.beginDispatch();
      try {
        task.run();
      } finally {
        context.endDispatch(before);
      }
    };
  }
}
