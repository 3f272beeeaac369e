// SPDX-License-Identifier: Apache-2.0

/** Tests of record files. */
@NullMarked
package io.calimero.node.storage.records.internal;

import org.jspecify.annotations.NullMarked;
