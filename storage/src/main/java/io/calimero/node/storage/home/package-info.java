// SPDX-License-Identifier: Apache-2.0

/** The directory in which a node keeps everything, and who may use it. */
@NullMarked
package io.calimero.node.storage.home;

import org.jspecify.annotations.NullMarked;
