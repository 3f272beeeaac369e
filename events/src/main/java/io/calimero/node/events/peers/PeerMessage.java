// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.peers;

import io.calimero.node.events.Application;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.StatePair;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import java.util.List;
import java.util.Optional;

/**
 * What two nodes say on a stream of {@link #PROTOCOL}, one message a frame.
 *
 * <p>The one who opened it says {@link Hello}; the other always answers {@link Challenge}; the
 * first gives its {@link Proof}; the other answers with its own in {@link Welcome}, or with {@link
 * Refused}, which does not tell a context that is not here from one that the first is no member of.
 * Then the first makes one request, and the other answers it to an explicit end.
 *
 * <p>New messages go to the end: they travel by number.
 */
public sealed interface PeerMessage {
  /** The protocol of these messages. */
  String PROTOCOL = "/calimero/context/1.0.0";

  /** How many entries a batch may have. */
  int MAX_BATCH = 4096;

  /** How many bytes a chunk of a blob may have. */
  int MAX_CHUNK = 1 << 20;

  /** How many keys an epoch may have: one, and one more for each coordinator that lacked it. */
  int MAX_KEYS = 4;

  /** How many bytes a nonce has. */
  int NONCE_LENGTH = 32;

  /**
   * I am this member of that context. Whoever does not know the context's identifier cannot tell
   * which it is.
   *
   * @param rendezvous names the context, see {@link GossipMessage#rendezvous}
   * @param member the identity in whose name the opener speaks
   * @param nonce random, against proofs of other days
   */
  record Hello(Hash rendezvous, PublicKey member, Bytes nonce) implements PeerMessage {
    /**
     * A greeting.
     *
     * @throws MalformedException if the nonce has another length
     */
    public Hello {
      requireNonce(nonce);
    }
  }

  /**
   * Prove it.
   *
   * @param nonce random, against proofs of other days
   */
  record Challenge(Bytes nonce) implements PeerMessage {
    /**
     * A challenge.
     *
     * @throws MalformedException if the nonce has another length
     */
    public Challenge {
      requireNonce(nonce);
    }
  }

  /**
   * Here is the proof.
   *
   * @param signature the member's over {@link Membership#ofClient}
   */
  record Proof(Signature signature) implements PeerMessage {}

  /**
   * You are, and I am this member.
   *
   * @param member the identity in whose name the one asked speaks
   * @param signature the member's over {@link Membership#ofServer}
   * @param head where its log of the context ends
   * @param application what the context runs there
   */
  record Welcome(PublicKey member, Signature signature, Head head, Application application)
      implements PeerMessage {}

  /** There is nothing here for you. */
  record Refused() implements PeerMessage {}

  /**
   * Asks for the entries behind a head, and the transactions that wait to be ordered. Answered by
   * {@link TransactionsBatch}es and {@link End}.
   *
   * @param position the position of the last entry that the asker has, 0 for none
   * @param last its hash, zeros for none
   * @param batchSize how many entries a batch may have at most
   */
  record TransactionsRequest(long position, Hash last, int batchSize) implements PeerMessage {
    /**
     * A request.
     *
     * @throws MalformedException if the numbers are out of bounds
     */
    public TransactionsRequest {
      if (position < 0 || batchSize < 1 || batchSize > MAX_BATCH) {
        throw new MalformedException("a request from " + position + " in batches of " + batchSize);
      }
    }
  }

  /**
   * A part of the answer.
   *
   * @param entries executed ones, each following the one before
   * @param pending transactions without an entry yet
   */
  record TransactionsBatch(List<Entry.Signed> entries, List<Transaction.Signed> pending)
      implements PeerMessage {
    /**
     * A batch.
     *
     * @throws MalformedException if it is larger than any may be
     */
    public TransactionsBatch {
      if (entries.size() > MAX_BATCH || pending.size() > MAX_BATCH) {
        throw new MalformedException("a batch of " + entries.size() + " and " + pending.size());
      }
    }
  }

  /**
   * That was everything.
   *
   * @param head where the log ended
   */
  record End(Head head) implements PeerMessage {}

  /**
   * Asks for the blob of the context's application. Answered by {@link ApplicationBlobSize}, {@link
   * ApplicationBlobChunk}s and the end of the stream.
   *
   * @param blob which
   * @param offset from which byte on
   */
  record ApplicationBlobRequest(BlobId blob, long offset) implements PeerMessage {
    /**
     * A request.
     *
     * @throws MalformedException if the offset is none
     */
    public ApplicationBlobRequest {
      if (offset < 0) {
        throw new MalformedException("an offset of " + offset);
      }
    }
  }

  /**
   * How large the blob is.
   *
   * @param size in bytes, all of it
   */
  record ApplicationBlobSize(long size) implements PeerMessage {
    /**
     * A size.
     *
     * @throws MalformedException if it is none
     */
    public ApplicationBlobSize {
      if (size < 0) {
        throw new MalformedException("a size of " + size);
      }
    }
  }

  /**
   * A part of the blob.
   *
   * @param offset where it begins
   * @param bytes its content
   */
  record ApplicationBlobChunk(long offset, Bytes bytes) implements PeerMessage {
    /**
     * A chunk.
     *
     * @throws MalformedException if it is larger than any may be
     */
    public ApplicationBlobChunk {
      if (offset < 0 || bytes.length() > MAX_CHUNK) {
        throw new MalformedException("a chunk of " + bytes.length() + " bytes at " + offset);
      }
    }
  }

  /**
   * Asks the coordinator to order one transaction. Answered by {@link Answered} or {@link Failure}.
   *
   * @param transaction the transaction
   */
  record SubmitTransaction(Transaction.Signed transaction) implements PeerMessage {}

  /**
   * Asks the coordinator to order a change. Answered by {@link Ordered} or {@link Failure}.
   *
   * @param change the change
   */
  record SubmitChange(ConfigurationEvent.Signed change) implements PeerMessage {}

  /**
   * What became of a transaction, on the coordinator's disk.
   *
   * @param answer as its author would be told there
   */
  record Answered(Answer answer) implements PeerMessage {}

  /**
   * A change is on the coordinator's disk.
   *
   * @param head the log with it
   */
  record Ordered(Head head) implements PeerMessage {}

  /**
   * The request was not done, or not to its end.
   *
   * @param code which kind of problem
   * @param message what is wrong, for people
   */
  record Failure(Problem.Code code, String message) implements PeerMessage {}

  /** Asks for the keys of the present epoch. Answered by {@link Keys}. */
  record KeysRequest() implements PeerMessage {}

  /**
   * The keys of the present epoch.
   *
   * @param keys those that are there, which may be none; for the asker alone
   */
  record Keys(List<HandedKey> keys) implements PeerMessage {
    /**
     * Keys.
     *
     * @throws MalformedException if they are more than an epoch may have
     */
    public Keys {
      if (keys.size() > MAX_KEYS) {
        throw new MalformedException(keys.size() + " keys");
      }
    }
  }

  /**
   * Asks the coordinator to order a transaction. The stream is for nothing else from then on: the
   * opener may say this again and again without waiting, and each is answered by {@link Settled} or
   * {@link NotSettled}, in any order. It says nothing of where its entry may be.
   *
   * @param number names it in the answer
   * @param transaction the transaction
   * @param after the transaction that must have been dealt with before it, if one is under way
   */
  record Submission(long number, Transaction.Signed transaction, Optional<Hash> after)
      implements PeerMessage {}

  /**
   * What became of a submission, on the coordinator's disk.
   *
   * @param number which
   * @param answer as its author would be told there
   */
  record Settled(long number, Answer answer) implements PeerMessage {}

  /**
   * A submission was not done.
   *
   * @param number which
   * @param code which kind of problem
   * @param message what is wrong, for people
   */
  record NotSettled(long number, Problem.Code code, String message) implements PeerMessage {}

  /**
   * I have an open invitation: said in the place of {@link Hello} by one who is no member yet.
   * Answered by {@link Ordered}, by {@link Failure}, or by {@link Refused}, which does not tell a
   * context that is not here from an invitation that is not one of its own.
   *
   * @param change by which the opener becomes a member
   */
  record Knocking(ConfigurationEvent.Signed change) implements PeerMessage {}

  /**
   * Asks for the state at the newest checkpoint. Answered by {@link SnapshotOffer}, {@link
   * SnapshotPart}s and {@link End}, or by {@link End} alone if there is no checkpoint that is worth
   * it.
   *
   * @param position the position of the last entry that the asker has, 0 for none
   * @param checkpoint the hash of the checkpoint of which the asker has a part already
   * @param after the last key of that part
   */
  record SnapshotRequest(long position, Optional<Hash> checkpoint, Optional<Bytes> after)
      implements PeerMessage {
    /**
     * A request.
     *
     * @throws MalformedException if the position is none
     */
    public SnapshotRequest {
      if (position < 0) {
        throw new MalformedException("a position of " + position);
      }
    }
  }

  /**
   * The state that will follow.
   *
   * @param base its checkpoint, which tells how much it is
   * @param resumed whether it follows behind the key that the asker named
   */
  record SnapshotOffer(StateBase base, boolean resumed) implements PeerMessage {}

  /**
   * A part of the state.
   *
   * @param pairs in the order of their keys, at least one
   */
  record SnapshotPart(List<StatePair> pairs) implements PeerMessage {
    /**
     * A part.
     *
     * @throws MalformedException if it is empty
     */
    public SnapshotPart {
      if (pairs.isEmpty()) {
        throw new MalformedException("an empty part of a state");
      }
    }
  }

  /**
   * As {@link Submission}, from the node of the transaction's executor, which looked into its log.
   * Whoever orders with a log that begins later believes it for transactions of the member who has
   * opened the stream.
   *
   * @param number names it in the answer
   * @param transaction the transaction
   * @param after the transaction that must have been dealt with before it, if one is under way
   * @param since behind which position its entry is, if it has one
   */
  record SubmissionSince(
      long number, Transaction.Signed transaction, Optional<Hash> after, long since)
      implements PeerMessage {
    /**
     * A submission.
     *
     * @throws MalformedException if the position is none
     */
    public SubmissionSince {
      if (since < 0) {
        throw new MalformedException("a position of " + since);
      }
    }
  }

  /**
   * Asks of which chunks the module of an application of the context consists. Answered by {@link
   * BlobOutline}.
   *
   * @param blob the module
   */
  record BlobOutlineRequest(BlobId blob) implements PeerMessage {}

  /**
   * Of which chunks it consists.
   *
   * @param size its bytes
   * @param chunks the SHA-256 digests of each 1 MiB; that of all of them is the blob's name
   */
  record BlobOutline(long size, List<Hash> chunks) implements PeerMessage {
    /**
     * An outline; the list is copied.
     *
     * @throws MalformedException if so many bytes have another number of chunks
     */
    public BlobOutline {
      if (size < 0 || size / MAX_CHUNK + (size % MAX_CHUNK == 0 ? 0 : 1) != chunks.size()) {
        throw new MalformedException(size + " bytes in " + chunks.size() + " chunks");
      }
      chunks = List.copyOf(chunks);
    }
  }

  /**
   * Asks for a part of the module of an application of the context. Answered by as many {@link
   * ApplicationBlobChunk}s as it takes.
   *
   * @param blob the module
   * @param offset where the part begins
   * @param length its bytes
   */
  record BlobRangeRequest(BlobId blob, long offset, long length) implements PeerMessage {
    /**
     * A request.
     *
     * @throws MalformedException if there is no such part of anything
     */
    public BlobRangeRequest {
      if (offset < 0 || length < 1) {
        throw new MalformedException("a part of " + length + " bytes at " + offset);
      }
    }
  }

  private static void requireNonce(final Bytes nonce) {
    if (nonce.length() != NONCE_LENGTH) {
      throw new MalformedException("a nonce of " + nonce.length() + " bytes");
    }
  }
}
