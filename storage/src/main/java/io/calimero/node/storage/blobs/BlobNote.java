// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.blobs;

import io.calimero.node.events.ContextId;

/**
 * That a call has stored a blob of which it is open whether it stays: it does if an entry says so.
 *
 * @param context the context that was called
 * @param after the position with which its log ended then; such an entry comes behind it
 * @param at when that was, in nanoseconds since 1970
 */
public record BlobNote(ContextId context, long after, long at) {}
