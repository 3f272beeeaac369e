// SPDX-License-Identifier: Apache-2.0

/** The bridges: one protocol ({@code BridgeSession}) and the two ways it is carried. */
@NullMarked
package io.calimero.node.bridge.internal;

import org.jspecify.annotations.NullMarked;
