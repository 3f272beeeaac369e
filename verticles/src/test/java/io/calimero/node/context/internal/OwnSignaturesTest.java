// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.crypto.Signatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnSignaturesTest {
  private static final KeyPair ADA = KeyPair.ofSecret(Hash.sha256(new byte[] {1}));
  private static final KeyPair EVE = KeyPair.ofSecret(Hash.sha256(new byte[] {2}));

  private final List<Hash> computed = new ArrayList<>();
  private final OwnSignatures signatures = new OwnSignatures(this::compute);

  private boolean compute(final PublicKey key, final Hash digest, final Signature signature) {
    computed.add(digest);
    return Signatures.ED25519.verify(key, digest, signature);
  }

  private static Transaction.Signed signed(final String method) {
    return new Transaction(
            new ContextId(Hash.ZERO),
            ADA.publicKey(),
            method,
            Bytes.EMPTY,
            Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]),
            Optional.empty())
        .sign(ADA);
  }

  @Test
  void whatThisNodeHasSignedIsNotComputedAgain() {
    final Transaction.Signed own = signed("own");
    signatures.made(own);

    assertThat(own.verify(signatures)).isTrue();
    assertThat(computed).isEmpty();
    assertThat(own.verify(signatures)).isTrue();
    assertThat(signed("another").verify(signatures)).isTrue();
    assertThat(computed).containsExactly(own.hash(), signed("another").hash());
  }

  @Test
  void anotherSignatureOrKeyOfTheSameTransactionIsNotBelieved() {
    final Transaction.Signed own = signed("own");
    signatures.made(own);

    assertThat(signatures.verify(ADA.publicKey(), own.hash(), EVE.sign(own.hash()))).isFalse();
    assertThat(signatures.verify(EVE.publicKey(), own.hash(), own.signature())).isFalse();
    assertThat(signatures.verify(ADA.publicKey(), signed("another").hash(), own.signature()))
        .isFalse();
    assertThat(own.verify(signatures)).isTrue();
    assertThat(computed).hasSize(3);
  }
}
