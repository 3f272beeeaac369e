// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal.pending;

import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.TransactionMessages.Confirmed;
import io.calimero.node.events.messages.TransactionMessages.Expired;
import io.calimero.node.events.messages.TransactionMessages.Fate;
import io.calimero.node.events.messages.TransactionMessages.Pending;
import io.calimero.node.events.messages.TransactionMessages.Rejected;
import io.calimero.node.events.messages.TransactionMessages.Unknown;
import io.calimero.node.events.messages.TransactionMessages.WroteNothing;
import java.util.Arrays;

/** What the pool's file holds. */
sealed interface PendingRecord {
  /** One byte for the alternative, then its fields. */
  Codec<PendingRecord> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final PendingRecord value) {
          switch (value) {
            case Taken taken ->
                out.u8(1)
                    .u64(taken.since)
                    .u64(taken.head)
                    .value(Transaction.Signed.CODEC, taken.transaction);
            case Settled settled -> write(out.u8(2).hash(settled.transaction), settled.fate);
          }
        }

        private static void write(final BorshWriter out, final Fate fate) {
          switch (fate) {
            case Confirmed confirmed ->
                out.u8(0).u64(confirmed.position()).hash(confirmed.entryHash());
            case WroteNothing nothing -> out.u8(1).u64(nothing.position());
            case Rejected rejected ->
                out.u8(2)
                    .string(rejected.code().map(Enum::name).orElse(""))
                    .string(rejected.reason())
                    .u64(rejected.at());
            case Expired expired -> out.u8(3).u64(expired.since()).u64(expired.at());
            case Pending _, Unknown _ -> throw new IllegalArgumentException("this is no end");
          }
        }

        @Override
        public PendingRecord read(final BorshReader in) {
          final int tag = in.u8();
          return switch (tag) {
            case 1 -> new Taken(in.count64(), in.count64(), in.value(Transaction.Signed.CODEC));
            case 2 -> new Settled(in.hash(), fate(in));
            default -> throw new MalformedException("a record of kind " + tag);
          };
        }

        private static Fate fate(final BorshReader in) {
          final int tag = in.u8();
          return switch (tag) {
            case 0 -> new Confirmed(in.count64(), in.hash());
            case 1 -> new WroteNothing(in.count64());
            case 2 -> {
              final String code = in.string();
              yield new Rejected(
                  Arrays.stream(Problem.Code.values())
                      .filter(each -> each.name().equals(code))
                      .findFirst(),
                  in.string(),
                  in.count64());
            }
            case 3 -> new Expired(in.count64(), in.count64());
            default -> throw new MalformedException("a fate of kind " + tag);
          };
        }
      };

  /**
   * A transaction was taken.
   *
   * @param since when, in nanoseconds since 1970
   * @param head where this node's log ended: the entry of the transaction comes later
   * @param transaction the transaction
   */
  record Taken(long since, long head, Transaction.Signed transaction) implements PendingRecord {}

  /**
   * It is known what became of a transaction.
   *
   * @param transaction its hash
   * @param fate what
   */
  record Settled(Hash transaction, Fate fate) implements PendingRecord {}
}
