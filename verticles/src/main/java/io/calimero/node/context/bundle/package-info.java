// SPDX-License-Identifier: Apache-2.0

/**
 * Bundles: several files in one that make an application or more, with a manifest that a publisher
 * may have signed. Here they are read and checked, in memory; where they come from and what becomes
 * of the modules in them is not this package's concern.
 */
@NullMarked
package io.calimero.node.context.bundle;

import org.jspecify.annotations.NullMarked;
