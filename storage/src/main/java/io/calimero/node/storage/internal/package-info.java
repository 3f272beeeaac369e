// SPDX-License-Identifier: Apache-2.0

/**
 * What the parts of the storage share: writing files so that they survive a crash, and sealing
 * their content.
 */
@NullMarked
package io.calimero.node.storage.internal;

import org.jspecify.annotations.NullMarked;
