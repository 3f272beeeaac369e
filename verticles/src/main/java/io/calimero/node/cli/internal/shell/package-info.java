// SPDX-License-Identifier: Apache-2.0

/** The prompt: reading lines, splitting them into words, completing them, surviving mistakes. */
@NullMarked
package io.calimero.node.cli.internal.shell;

import org.jspecify.annotations.NullMarked;
