// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import java.util.concurrent.CompletionStage;

/**
 * The logs. Stages complete on the thread of the feeds, and fail with {@link
 * io.calimero.node.events.NodeException}.
 */
public interface LogSource {

  /** A part of a log, as {@code LOG_READ} has it. */
  CompletionStage<LogPart> read(ReadLog request);

  /** The last position of a log; 0 if this node does not have the context. */
  CompletionStage<Long> head(ContextId context);
}
