// SPDX-License-Identifier: Apache-2.0

/**
 * Signatures and key derivation: Ed25519 over domain-separated digests, and the derivation of a
 * context's key from a seed. Keys are values here; where they are kept is storage's matter.
 */
@NullMarked
package io.calimero.node.events.crypto;

import org.jspecify.annotations.NullMarked;
