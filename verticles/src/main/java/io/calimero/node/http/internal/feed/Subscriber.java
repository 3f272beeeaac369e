// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Problem;

/** Who is told of events. Called on the thread of the feeds. */
public interface Subscriber {

  /**
   * Whether it takes another event now. Once it has said no it calls {@link Cursor#resume} on each
   * of its cursors when it does again.
   */
  boolean ready();

  /** Takes an event. */
  void event(PushedEvent event);

  /** A subscription is over: the node cannot go on with it. */
  void failed(ContextId context, Problem problem);
}
