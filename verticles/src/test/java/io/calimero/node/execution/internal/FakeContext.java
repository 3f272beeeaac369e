// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Application;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.crypto.ContextKeys;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A context as its coordinator sees it, with its keys. */
final class FakeContext {
  static final long BEGINNING = 1_700_000_000_000_000_000L;

  private final KeyPair contextKey;
  private final KeyPair member;
  private final Entry.Logged genesis;
  private int transactions;

  FakeContext(final String name, final BlobId module) {
    this(name, module, Limits.DEFAULT);
  }

  FakeContext(final String name, final BlobId module, final Limits limits) {
    contextKey = ContextKeys.fromSeed(hash(name));
    member = KeyPair.ofSecret(hash(name + "'s member"));
    genesis = begin(module, limits);
  }

  static Hash hash(final String text) {
    return Hash.sha256(Bytes.utf8(text).unsafeArray());
  }

  ContextId id() {
    return new ContextId(contextKey.publicKey().hash());
  }

  PublicKey member() {
    return member.publicKey();
  }

  Entry.Logged genesis() {
    return genesis;
  }

  private Entry.Logged begin(final BlobId module, final Limits limits) {
    final Application application = new Application(module, 1, "file:///app.wasm", Bytes.EMPTY);
    final ContextCreated created =
        ContextCreated.prove(contextKey, application, member.publicKey(), limits);
    return configured(Head.NONE, created);
  }

  Entry.Logged configured(final Head head, final ConfigurationEvent event) {
    final ConfigurationEvent.Signed change =
        ConfigurationEvent.Signed.sign(member, id(), uniqueId(), event);
    final Entry entry =
        Entry.after(id(), head, BEGINNING + head.position(), 1, new Entry.Configured(change));
    return new Entry.Logged(Entry.Signed.sign(entry, entry.hash(), member), Optional.empty());
  }

  Entry.Logged signed(final Effect effect) {
    return signed(effect.entry(), effect.outcome());
  }

  Entry.Logged signed(final Entry entry, final Outcome outcome) {
    return new Entry.Logged(Entry.Signed.sign(entry, entry.hash(), member), Optional.of(outcome));
  }

  Transaction.Signed transaction(final String method, final String arguments) {
    return transaction(method, arguments, Optional.empty());
  }

  Transaction.Signed transaction(
      final String method, final String arguments, final Optional<Hash> expectedPrior) {
    return new Transaction(id(), member(), method, Bytes.utf8(arguments), uniqueId(), expectedPrior)
        .sign(member);
  }

  Transaction.Signed by(final KeyPair executor, final String method) {
    return new Transaction(
            id(), executor.publicKey(), method, Bytes.EMPTY, uniqueId(), Optional.empty())
        .sign(executor);
  }

  Transaction.Signed sign(final Transaction transaction) {
    return transaction.sign(member);
  }

  Initialize initialize() {
    return initialize("");
  }

  Initialize initialize(final String arguments) {
    return new Initialize(genesis(), transaction("init", arguments));
  }

  Execute execute(final Head base, final Transaction.Signed... transactions) {
    return execute(base, Arrays.asList(transactions));
  }

  Execute execute(final Head base, final List<Transaction.Signed> transactions) {
    return new Execute(id(), base, BEGINNING + 1_000 * base.position(), transactions);
  }

  private Bytes uniqueId() {
    final ByteBuffer id = ByteBuffer.allocate(Transaction.UNIQUE_ID_LENGTH);
    id.putInt(transactions++);
    return Bytes.wrap(id.array());
  }
}
