// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;
import java.util.Optional;

/** How far a subscriber is in a context. It holds no events: what comes next is looked up. */
public final class Cursor {
  private final Feed feed;
  private final Subscriber subscriber;
  private long next;
  private boolean started;
  private boolean reading;
  private boolean closed;

  Cursor(final Feed feed, final Subscriber subscriber, final long next) {
    this.feed = feed;
    this.subscriber = subscriber;
    this.next = next;
  }

  /** The context. */
  public ContextId context() {
    return feed.context();
  }

  /** The position from which events are still to come. */
  public long next() {
    return next;
  }

  /** Begins to tell. Until then nothing is told and nothing is lost. */
  public void start() {
    started = true;
    resume();
  }

  /** Goes on after the subscriber was not ready. */
  public void resume() {
    while (wants() && subscriber.ready()) {
      final Optional<PushedEvent> event = feed.recent(next);
      if (event.isEmpty()) {
        reading = true;
        feed.read(this);
        return;
      }
      next++;
      subscriber.event(event.get());
    }
  }

  /** Ends the subscription. Nothing is told any more. */
  public void close() {
    if (!closed) {
      closed = true;
      feed.remove(this);
    }
  }

  /** Takes what was read from the log, as far as the subscriber is ready for it. */
  void take(final Page page) {
    reading = false;
    while (!closed && page.has(next) && subscriber.ready()) {
      final Optional<PushedEvent> event = page.at(next);
      next++;
      event.ifPresent(subscriber::event);
    }
    resume();
  }

  /** What was to be read could not be: it is tried again. */
  void retry() {
    reading = false;
    resume();
  }

  void fail(final Problem problem) {
    if (!closed) {
      close();
      subscriber.failed(context(), problem);
    }
  }

  private boolean wants() {
    return started && !reading && !closed && next <= feed.horizon();
  }
}
