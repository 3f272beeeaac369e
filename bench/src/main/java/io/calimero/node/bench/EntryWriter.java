// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Domain;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.keys.KeyStore;
import io.calimero.node.storage.log.Frame;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.log.TransactionLog;
import io.calimero.node.wasm.Access;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * Fills the log of a context as its node would, but without asking it: every call is run by the
 * real engine, every transaction and entry is signed by the context's member. {@code log verify}
 * and {@code state rebuild --verify} find nothing to object to.
 */
final class EntryWriter {
  private static final int GROUP = 1_000;

  private final ContextId context;
  private final KeyPair member;
  private final Configuration configuration;
  private final WasmModule module;
  private final TransactionLog log;
  private final Map<Bytes, Bytes> state = new HashMap<>();
  private Head head;

  private EntryWriter(
      final ContextId context,
      final KeyPair member,
      final Configuration configuration,
      final WasmModule module,
      final TransactionLog log) {
    this.context = context;
    this.member = member;
    this.configuration = configuration;
    this.module = module;
    this.log = log;
    head = Head.NONE;
  }

  /** Writes entries that each put another key; gives the seconds it took. No node may run. */
  static double write(
      final Path home, final String contextId, final Path application, final int count)
      throws IOException {
    final long begun = System.nanoTime();
    final ContextId context = ContextId.parse(contextId);
    try (NodeHome opened = NodeHome.open(home, Clock.systemUTC());
        TransactionLog log = TransactionLog.open(opened.log(), LogOptions.DEFAULT);
        WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
      final List<Entry.Logged> entries =
          log.read(StreamId.of(context), 1, 2, Long.MAX_VALUE).stream()
              .map(frame -> Entry.Logged.CODEC.decode(frame.payload().unsafeArray()))
              .toList();
      final Configuration configuration = configuration(entries.getFirst());
      final KeyPair member =
          KeyStore.open(opened.keys(), opened.access())
              .find(configuration.coordinator())
              .orElseThrow();
      final WasmModule module = engine.load(Bytes.wrap(Files.readAllBytes(application)));
      final EntryWriter writer = new EntryWriter(context, member, configuration, module, log);
      entries.forEach(writer::take);
      writer.write(count);
    } catch (final InvalidModuleException e) {
      throw new IOException(e);
    }
    return (System.nanoTime() - begun) / 1e9;
  }

  private static Configuration configuration(final Entry.Logged genesis) {
    if (genesis.entry().payload() instanceof Entry.Configured configured
        && configured.change().event() instanceof ConfigurationEvent.ContextCreated created) {
      return Configuration.of(created);
    }
    throw new IllegalStateException("the log does not begin with a context");
  }

  private void take(final Entry.Logged entry) {
    head = entry.signed().head();
    entry.outcome().map(Outcome::writes).ifPresent(this::apply);
  }

  private void apply(final WriteSet writes) {
    for (final WriteSet.Write write : writes.writes()) {
      if (write.value().isPresent()) {
        state.put(write.key(), write.value().get());
      } else {
        state.remove(write.key());
      }
    }
  }

  private void write(final int count) {
    CompletableFuture<Void> before = CompletableFuture.completedFuture(null);
    for (int from = 0; from < count; from += GROUP) {
      final CompletableFuture<Void> appended =
          log.append(frames(from, Math.min(count, from + GROUP)));
      before.join();
      before = appended;
    }
    before.join();
  }

  /** Signing takes longest and needs no order: all processors do it. */
  private List<Frame> frames(final int from, final int to) {
    final List<Transaction.Signed> transactions =
        IntStream.range(from, to).parallel().mapToObj(this::transaction).toList();
    final List<Unsigned> unsigned = new ArrayList<>(transactions.size());
    for (final Transaction.Signed transaction : transactions) {
      unsigned.add(execute(transaction));
    }
    return unsigned.stream().parallel().map(this::frame).toList();
  }

  private Transaction.Signed transaction(final int number) {
    final JsonObject arguments =
        new JsonObject().put("key", Calls.key(number)).put("value", Calls.value(number));
    final byte[] uniqueId =
        ByteBuffer.allocate(Transaction.UNIQUE_ID_LENGTH).putInt(number).array();
    return new Transaction(
            context,
            member.publicKey(),
            "set",
            Bytes.utf8(arguments.encode()),
            Bytes.wrap(uniqueId),
            Optional.empty())
        .sign(member);
  }

  private record Unsigned(Entry entry, Hash hash, Outcome outcome) {}

  private Unsigned execute(final Transaction.Signed signed) {
    final long time = Entry.timeAfter(head, head.timestamp());
    final byte[] seed = new byte[2 * Hash.LENGTH];
    head.hash().copyTo(seed, 0);
    signed.hash().copyTo(seed, Hash.LENGTH);
    final Transaction transaction = signed.transaction();
    final Call call =
        new Call(
            context,
            member.publicKey(),
            transaction.method(),
            transaction.arguments(),
            time,
            Domain.RANDOMNESS.digest(seed),
            configuration.limits(),
            Access.MUTATE,
            Duration.ofSeconds(10));
    final CallResult result = module.call(call, key -> Optional.ofNullable(state.get(key)));
    if (!(result instanceof CallResult.Completed completed)) {
      throw new IllegalStateException("a call failed: " + result);
    }
    final Outcome outcome = completed.outcome();
    final Entry entry =
        Entry.after(
            context,
            head,
            time,
            configuration.term(),
            new Entry.Executed(signed, outcome.digest()));
    final Hash hash = entry.hash();
    head = new Head(entry.position(), hash, entry.timestamp());
    apply(outcome.writes());
    return new Unsigned(entry, hash, outcome);
  }

  private Frame frame(final Unsigned made) {
    final Entry.Logged logged =
        new Entry.Logged(
            Entry.Signed.sign(made.entry, made.hash, member), Optional.of(made.outcome));
    return new Frame(
        StreamId.of(context),
        made.entry.position(),
        made.entry.prior(),
        made.hash,
        Bytes.wrap(Entry.Logged.CODEC.encode(logged)));
  }
}
