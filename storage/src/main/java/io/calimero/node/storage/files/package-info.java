// SPDX-License-Identifier: Apache-2.0

/**
 * Files as the storage needs them, behind an interface small enough to simulate power failures and
 * full disks under it. No knowledge of any format lives here.
 */
@NullMarked
package io.calimero.node.storage.files;

import org.jspecify.annotations.NullMarked;
