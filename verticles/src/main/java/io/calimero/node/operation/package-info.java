// SPDX-License-Identifier: Apache-2.0

/**
 * What those who run a node see of it: metrics, and the alarm for blocked threads.
 *
 * <p>Only measures. What decides anything belongs to the verticles.
 */
@NullMarked
package io.calimero.node.operation;

import org.jspecify.annotations.NullMarked;
