// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Reads logs, a few pages at a time: that many are in memory at once. */
final class Reads {
  private static final int AT_ONCE = 16;

  private final LogSource source;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int underWay;

  private record Waiting(
      Supplier<Optional<ReadLog>> request,
      Consumer<LogPart> taker,
      Consumer<Throwable> onFailure) {}

  Reads(final LogSource source) {
    this.source = source;
  }

  /**
   * Reads when it is this one's turn.
   *
   * @param request what to read, asked for then; nothing if it is not wanted any more
   */
  void submit(
      final Supplier<Optional<ReadLog>> request,
      final Consumer<LogPart> taker,
      final Consumer<Throwable> onFailure) {
    waiting.addLast(new Waiting(request, taker, onFailure));
    begin();
  }

  private void begin() {
    while (underWay < AT_ONCE && !waiting.isEmpty()) {
      final Waiting read = waiting.removeFirst();
      read.request.get().ifPresent(request -> run(read, request));
    }
  }

  private void run(final Waiting read, final ReadLog request) {
    underWay++;
    final var _ =
        source
            .read(request)
            .whenComplete(
                (part, failure) -> {
                  underWay--;
                  try {
                    if (failure == null) {
                      read.taker.accept(part);
                    } else {
                      read.onFailure.accept(failure);
                    }
                  } finally {
                    begin();
                  }
                });
  }
}
