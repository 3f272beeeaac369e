// SPDX-License-Identifier: Apache-2.0

/**
 * The verticle that sees to having what other members have: what is missing, from whom, and how far
 * it has come. It speaks the protocol of members over the streams and topics of the network.
 */
@NullMarked
package io.calimero.node.catchup;

import org.jspecify.annotations.NullMarked;
