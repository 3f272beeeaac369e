// SPDX-License-Identifier: Apache-2.0

/** The frames of a transaction log as lines for people and for scripts, and the check of them. */
@NullMarked
package io.calimero.node.cli.internal.log;

import org.jspecify.annotations.NullMarked;
