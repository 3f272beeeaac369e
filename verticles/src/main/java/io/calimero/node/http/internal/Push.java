// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.http.PushLimits;
import io.calimero.node.http.internal.feed.Feeds;
import java.util.function.LongSupplier;

/**
 * What all clients that are told of events share.
 *
 * @param feeds what happens
 * @param json how it is written
 * @param rpc runs calls
 * @param limits what each may take
 * @param nanoTime a clock, as {@link System#nanoTime}
 */
record Push(
    Feeds feeds, EventJson json, RpcService rpc, PushLimits limits, LongSupplier nanoTime) {}
