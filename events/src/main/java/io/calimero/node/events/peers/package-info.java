// SPDX-License-Identifier: Apache-2.0

/**
 * What nodes say to one another: the messages of streams and topics, invitations, and proofs of
 * membership. Values and pure functions; whoever decodes one still has to verify what it claims.
 */
@NullMarked
package io.calimero.node.events.peers;

import org.jspecify.annotations.NullMarked;
