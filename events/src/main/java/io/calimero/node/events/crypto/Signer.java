// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.crypto;

import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;

/** Something that signs in the name of one identity. */
public interface Signer {

  /** In whose name. */
  PublicKey publicKey();

  /** The signature over a domain-separated digest. */
  Signature sign(Hash digest);
}
