// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.codec.MalformedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActionTest {
  private static final Hash HASH = Hash.sha256(new byte[] {1});
  private static final List<Action> ALL =
      List.of(
          new Action.AddMember(new PublicKey(HASH)),
          new Action.RemoveMember(new PublicKey(HASH)),
          new Action.CreateContext(
              HASH, new ApplicationId(HASH), Bytes.utf8("{}"), Optional.of("alias")),
          new Action.RemoveContext(new ContextId(HASH)),
          new Action.CallContext(new ContextId(HASH), "method", Bytes.utf8("{}")),
          new Action.SendProposal(HASH, Bytes.utf8("actions")),
          new Action.ApproveProposal(HASH),
          new Action.StoreBlob(new BlobId(HASH), 7),
          new Action.AnnounceBlob(new BlobId(HASH)),
          new Action.WitnessMigration(Bytes.utf8("note")));

  private static Outcome outcome(final List<Action> actions) {
    return new Outcome(Optional.empty(), List.of(), List.of(), WriteSet.EMPTY, 0, actions);
  }

  @Test
  void everyActionIsReadAsItWasWritten() {
    for (int tag = 0; tag < ALL.size(); tag++) {
      final byte[] bytes = Action.CODEC.encode(ALL.get(tag));
      assertThat(bytes[0]).isEqualTo((byte) tag);
      assertThat(Action.CODEC.decode(bytes)).isEqualTo(ALL.get(tag));
    }
    assertThatThrownBy(() -> Action.CODEC.decode(new byte[] {10}))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void anOutcomeWithActionsIsOfAnotherFormatAndDigest() {
    final Outcome with = outcome(ALL);
    assertThat(Outcome.CODEC.encode(with)[0]).isEqualTo((byte) 2);
    assertThat(Outcome.CODEC.decode(Outcome.CODEC.encode(with))).isEqualTo(with);
    assertThat(with.isReadOnly()).isFalse();
    final Outcome without = outcome(List.of());
    assertThat(Outcome.CODEC.encode(without)[0]).isEqualTo((byte) 1);
    assertThat(with.digest()).isNotEqualTo(without.digest());
    assertThat(outcome(ALL.subList(0, 1)).digest())
        .isNotEqualTo(outcome(ALL.subList(1, 2)).digest());
  }

  @Test
  void aTransactionWithAnOriginIsOfAnotherFormat() {
    final Transaction plain =
        new Transaction(
            new ContextId(HASH),
            new PublicKey(HASH),
            "method",
            Bytes.EMPTY,
            Bytes.utf8("sixteen bytes .."),
            Optional.empty());
    final Transaction called =
        new Transaction(
            plain.context(),
            plain.executor(),
            plain.method(),
            plain.arguments(),
            plain.uniqueId(),
            plain.expectedPrior(),
            Optional.of(new Origin(new ContextId(HASH), 2)));
    assertThat(Transaction.CODEC.encode(plain)[0]).isEqualTo((byte) 1);
    assertThat(Transaction.CODEC.encode(called)[0]).isEqualTo((byte) 2);
    assertThat(Transaction.CODEC.decode(Transaction.CODEC.encode(called))).isEqualTo(called);
    assertThat(called.hash()).isNotEqualTo(plain.hash());
    assertThatThrownBy(() -> new Origin(new ContextId(HASH), 4))
        .isInstanceOf(MalformedException.class);
  }

  @Test
  void theNameOfABlobDoesNotHangOnHowItsBytesCome() {
    final byte[] content = new byte[3 * BlobDigest.CHUNK / 2];
    final BlobDigest whole = new BlobDigest();
    whole.update(content);
    final BlobDigest parts = new BlobDigest();
    for (int at = 0; at < content.length; at += 1000) {
      parts.update(new byte[Math.min(1000, content.length - at)]);
    }
    assertThat(parts.size()).isEqualTo(content.length);
    assertThat(parts.id()).isEqualTo(whole.id());
    assertThat(new BlobDigest().id()).hasToString("GKot5hBsd81kMupNCXHaqbhv3huEbxAFMLnpcX2hniwn");
  }
}
