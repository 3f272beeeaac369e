// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.Codecs;
import java.util.Optional;

/**
 * What a call asks for beyond the state of its context. Part of its outcome, and so ordered with
 * its transaction: members are added and removed by the very entry that says so, on every node;
 * contexts are made and removed, and other contexts called, by the node of the executor once the
 * entry is on disk; the rest is a record for those who read the log.
 */
public sealed interface Action {
  /** The alternative's tag, in the order below, then its fields. */
  Codec<Action> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Action value) {
          switch (value) {
            case AddMember a -> out.u8(0).hash(a.member.hash());
            case RemoveMember a -> out.u8(1).hash(a.member.hash());
            case CreateContext a ->
                out.u8(2)
                    .hash(a.seed)
                    .hash(a.application.hash())
                    .bytes(a.initialization)
                    .option(a.alias, Codecs.STRING);
            case RemoveContext a -> out.u8(3).hash(a.context.hash());
            case CallContext a ->
                out.u8(4).hash(a.context.hash()).string(a.method).bytes(a.arguments);
            case SendProposal a -> out.u8(5).hash(a.id).bytes(a.actions);
            case ApproveProposal a -> out.u8(6).hash(a.id);
            case StoreBlob a -> out.u8(7).hash(a.blob.hash()).u64(a.size);
            case AnnounceBlob a -> out.u8(8).hash(a.blob.hash());
            case WitnessMigration a -> out.u8(9).bytes(a.witness);
          }
        }

        @Override
        public Action read(final BorshReader in) {
          final int tag = in.u8();
          return switch (tag) {
            case 0 -> new AddMember(new PublicKey(in.hash()));
            case 1 -> new RemoveMember(new PublicKey(in.hash()));
            case 2 ->
                new CreateContext(
                    in.hash(), new ApplicationId(in.hash()), in.bytes(), in.option(Codecs.STRING));
            case 3 -> new RemoveContext(new ContextId(in.hash()));
            case 4 -> new CallContext(new ContextId(in.hash()), in.string(), in.bytes());
            case 5 -> new SendProposal(in.hash(), in.bytes());
            case 6 -> new ApproveProposal(in.hash());
            case 7 -> new StoreBlob(new BlobId(in.hash()), in.count64());
            case 8 -> new AnnounceBlob(new BlobId(in.hash()));
            case 9 -> new WitnessMigration(in.bytes());
            default -> throw Formats.unknown("an action", tag);
          };
        }
      };

  /**
   * Somebody may call from the next entry on.
   *
   * @param member who
   */
  record AddMember(PublicKey member) implements Action {}

  /**
   * Somebody may not call any more from the next entry on.
   *
   * @param member who
   */
  record RemoveMember(PublicKey member) implements Action {}

  /**
   * Another context is made.
   *
   * @param seed of its context secret; its identifier follows from it
   * @param application what it runs
   * @param initialization the input of its {@code init}
   * @param alias the name under which the application finds it again, if any
   */
  record CreateContext(
      Hash seed, ApplicationId application, Bytes initialization, Optional<String> alias)
      implements Action {}

  /**
   * A context that this one made is removed.
   *
   * @param context which
   */
  record RemoveContext(ContextId context) implements Action {}

  /**
   * A method of another context is called, in a transaction of its own.
   *
   * @param context which
   * @param method its method
   * @param arguments its input
   */
  record CallContext(ContextId context, String method, Bytes arguments) implements Action {}

  /**
   * A proposal to those outside who execute such.
   *
   * @param id thirty-two bytes that name it
   * @param actions what is proposed, as the application wrote it
   */
  record SendProposal(Hash id, Bytes actions) implements Action {}

  /**
   * The executor approves a proposal.
   *
   * @param id which
   */
  record ApproveProposal(Hash id) implements Action {}

  /**
   * A blob was written, and is on the disk of the executor's node.
   *
   * @param blob its name
   * @param size its length in bytes
   */
  record StoreBlob(BlobId blob, long size) implements Action {}

  /**
   * The members of the context may ask the executor's node for a blob.
   *
   * @param blob its name
   */
  record AnnounceBlob(BlobId blob) implements Action {}

  /**
   * A note of a migration.
   *
   * @param witness as the application wrote it
   */
  record WitnessMigration(Bytes witness) implements Action {}
}
