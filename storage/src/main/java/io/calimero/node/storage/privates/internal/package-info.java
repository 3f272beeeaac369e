// SPDX-License-Identifier: Apache-2.0

/** How private storage is kept in files. Only {@code storage.privates} may use this. */
@NullMarked
package io.calimero.node.storage.privates.internal;

import org.jspecify.annotations.NullMarked;
