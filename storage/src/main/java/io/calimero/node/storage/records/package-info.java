// SPDX-License-Identifier: Apache-2.0

/**
 * A small file of records that grows at its end and is written anew from time to time: for what a
 * node must not forget and the log does not hold. What the records mean is not known here.
 */
@NullMarked
package io.calimero.node.storage.records;

import org.jspecify.annotations.NullMarked;
