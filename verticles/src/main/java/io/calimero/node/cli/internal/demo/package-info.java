// SPDX-License-Identifier: Apache-2.0

/**
 * A cluster for a demonstration: nodes in processes of their own on this machine, and what they say
 * of a context side by side. Nothing here knows the commands.
 */
@NullMarked
package io.calimero.node.cli.internal.demo;

import org.jspecify.annotations.NullMarked;
