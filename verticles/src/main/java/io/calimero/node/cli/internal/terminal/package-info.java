// SPDX-License-Identifier: Apache-2.0

/**
 * What people see: results and messages, tables, progress, failures and their exit codes. Knows no
 * command and no node.
 */
@NullMarked
package io.calimero.node.cli.internal.terminal;

import org.jspecify.annotations.NullMarked;
