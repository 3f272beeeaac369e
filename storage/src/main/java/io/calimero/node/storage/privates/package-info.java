// SPDX-License-Identifier: Apache-2.0

/**
 * Private storage: rows that belong to an executor in a context and never leave the author's node.
 * Unlike the state they cannot be made anew from the log, which only says which changes of them
 * count. Nothing here runs applications or knows why a row is there.
 */
@NullMarked
package io.calimero.node.storage.privates;

import org.jspecify.annotations.NullMarked;
