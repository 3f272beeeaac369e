// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a client that is told of events asks for: by a message, or by {@code /sse/subscription}. */
sealed interface PushRequest {

  /**
   * A client wants to be told of contexts, or not any more.
   *
   * @param id the request's id, as it was written
   * @param subscribe whether it wants to
   * @param contexts which, each once, in the order in which they were named
   * @param groups groups, which this node has none of: told back as they were written
   * @param from from which positions on, where that was said
   */
  record Subscription(
      Bytes id,
      boolean subscribe,
      List<ContextId> contexts,
      @Nullable Bytes groups,
      Map<ContextId, Long> from)
      implements PushRequest {
    OptionalLong from(final ContextId context) {
      final Long position = from.get(context);
      return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }
  }

  /**
   * A call of an application.
   *
   * @param call the call
   */
  record Rpc(RpcRequest.Call call) implements PushRequest {}

  /**
   * A request that is answered with an error.
   *
   * @param id the request's id, as it was written
   * @param type the type of the error
   * @param reason why
   */
  record Unusable(Bytes id, String type, String reason) implements PushRequest {}
}
