// SPDX-License-Identifier: Apache-2.0

/**
 * The commands, one class each, and what turns words into them. A command gets all it touches from
 * its {@link io.calimero.node.cli.internal.Workplace}: nothing here may use the standard streams,
 * the environment or the system clock directly.
 */
@NullMarked
package io.calimero.node.cli.internal;

import org.jspecify.annotations.NullMarked;
