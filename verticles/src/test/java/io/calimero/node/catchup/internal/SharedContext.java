// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.events.Application;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.StateBase;
import io.calimero.node.events.StatePair;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.Proven;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ModuleMessages;
import io.calimero.node.events.messages.ModuleMessages.AddChunk;
import io.calimero.node.events.messages.ModuleMessages.Gather;
import io.calimero.node.events.messages.ModuleMessages.Gathering;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.events.messages.ModuleMessages.ReadPart;
import io.calimero.node.events.messages.NetworkMessages.Mesh;
import io.calimero.node.events.messages.SnapshotMessages.Base;
import io.calimero.node.events.messages.SnapshotMessages.Beginning;
import io.calimero.node.events.messages.SnapshotMessages.Checkpoint;
import io.calimero.node.events.messages.SnapshotMessages.FoundCheckpoint;
import io.calimero.node.events.messages.SnapshotMessages.Imported;
import io.calimero.node.events.messages.SnapshotMessages.StatePart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A context of a coordinator and a member, as signed entries, and nodes that have some of them. */
final class SharedContext {
  private final Random random;
  private final KeyPair contextKey;
  private final ContextCreated created;
  final KeyPair coordinator;
  final KeyPair member;
  final ContextId id;
  final Bytes module;
  final Application application;
  final List<Entry.Signed> log = new ArrayList<>();

  /** From how many entries on the nodes fetch a state. */
  long far = CatchupCore.FAR;

  SharedContext(final long seed, final int moduleBytes) {
    random = new Random(seed);
    contextKey = key();
    coordinator = key();
    member = key();
    id = new ContextId(contextKey.publicKey().hash());
    final byte[] bytes = new byte[moduleBytes];
    random.nextBytes(bytes);
    module = Bytes.wrap(bytes);
    application =
        new Application(
            blob(chunks(bytes)), moduleBytes, "https://example.invalid/a.wasm", Bytes.EMPTY);
    created =
        ContextCreated.prove(contextKey, application, coordinator.publicKey(), Limits.DEFAULT);
    append(created);
    append(new MemberAdded(member.publicKey()));
  }

  /** The digests of each MiB. */
  static List<Hash> chunks(final byte[] bytes) {
    final List<Hash> chunks = new ArrayList<>();
    for (int from = 0; from < bytes.length; from += 1 << 20) {
      chunks.add(
          Hash.sha256(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + (1 << 20)))));
    }
    return chunks;
  }

  private static BlobId blob(final List<Hash> chunks) {
    final BorshWriter names = new BorshWriter();
    chunks.forEach(names::hash);
    return new BlobId(Hash.sha256(names.toByteArray()));
  }

  private KeyPair key() {
    return KeyPair.ofSecret(Hash.of(random(32)));
  }

  private byte[] random(final int length) {
    final byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  Supplier<Bytes> nonces() {
    return () -> Bytes.wrap(random(32));
  }

  Head head() {
    return log.isEmpty() ? Head.NONE : log.getLast().head();
  }

  /** A state of so many keys. */
  List<StatePair> pairs(final int keys) {
    final List<StatePair> pairs = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      pairs.add(
          new StatePair(
              Bytes.utf8(String.format(Locale.ROOT, "key%06d", i)), Bytes.wrap(random(20))));
    }
    return pairs;
  }

  /** What these tests have for a state root. */
  static Hash root(final List<StatePair> pairs) {
    final BorshWriter out = new BorshWriter();
    pairs.forEach(pair -> out.bytes(pair.key()).bytes(pair.value()));
    return Hash.sha256(out.toByteArray());
  }

  /** Vouches for a state; the application's code is not asked. */
  StateBase checkpoint(final List<StatePair> pairs) {
    final Configuration configuration =
        Configuration.of(created).apply(new MemberAdded(member.publicKey()));
    final Entry.Signed entry =
        append(
            new CheckpointTaken(
                head().position(),
                root(pairs),
                pairs.size(),
                pairs.stream().mapToLong(p -> p.key().length() + p.value().length()).sum(),
                configuration.digest()));
    return new StateBase(configuration, entry, List.of(log.getFirst()));
  }

  /** Appends a change by the coordinator. */
  Entry.Signed append(final ConfigurationEvent event) {
    return append(
        new Entry.Configured(
            ConfigurationEvent.Signed.sign(coordinator, id, Bytes.wrap(random(16)), event)));
  }

  /** Appends so many transactions of the member. */
  void write(final int transactions) {
    for (int i = 0; i < transactions; i++) {
      append(new Entry.Executed(transaction(member), Hash.sha256(random(8))));
    }
  }

  /** A call, in no log. */
  Transaction.Signed transaction(final KeyPair executor) {
    return new Transaction(
            id,
            executor.publicKey(),
            "set",
            Bytes.wrap(random(8)),
            Bytes.wrap(random(16)),
            Optional.empty())
        .sign(executor);
  }

  private Entry.Signed append(final Entry.Payload payload) {
    final Entry.Signed signed = after(head(), payload);
    log.add(signed);
    return signed;
  }

  /** An entry that the coordinator has signed, in the log or not. */
  Entry.Signed after(final Head head, final Entry.Payload payload) {
    final Entry entry = Entry.after(id, head, head.position() + 1, 1, payload);
    return Entry.Signed.sign(entry, entry.hash(), coordinator);
  }

  /** A node of the coordinator or of the member, with some of the log. */
  final class Member {
    final Wire.Node node;
    final CatchupCore core;
    final List<Entry.Signed> entries = new ArrayList<>();
    private final KeyPair identity;
    Optional<Application> installed = Optional.empty();
    Optional<StateBase> checkpoint = Optional.empty();
    List<StatePair> state = List.of();
    final List<StatePair> imported = new ArrayList<>();
    Optional<StateBase> begun = Optional.empty();
    boolean outlined;

    /** The chunks that came, each with how often. */
    final SortedMap<Integer, Integer> gathered = new TreeMap<>();

    Member(final Wire wire, final String name, final KeyPair identity) {
      this.identity = identity;
      node = wire.node(name);
      answers();
      core = new CatchupCore(node, nonces(), name, () -> 0, far);
      node.opened = core::opened;
    }

    /** Has the whole log, and the application. */
    Member full() {
      core.take(id);
      entries.addAll(log);
      installed = Optional.of(application);
      return this;
    }

    Head head() {
      return entries.isEmpty() ? Head.NONE : entries.getLast().head();
    }

    private void answers() {
      node.on(
              Topics.CONTEXT_GET,
              request ->
                  entries.isEmpty() || !request.context().equals(id)
                      ? Problems.failed(Code.CONTEXT_NOT_FOUND, "Context not found")
                      : CompletableFuture.completedFuture(summary()))
          .always(
              Topics.MEMBERSHIP_PROVE,
              request ->
                  new Proven(
                      identity.sign(
                          request.server()
                              ? request.membership().ofServer(request.member())
                              : request.membership().ofClient(request.member()))))
          .always(Topics.APPLICATION_GET, _ -> new ApplicationMessages.Found(installed))
          .always(Topics.GOSSIP_MESH, _ -> new Mesh(List.of(), List.of()))
          .always(Topics.LOG_READ, request -> part(request.from(), request.maxEntries()))
          .on(Topics.ENTRIES_APPLY, request -> apply(request.entries()))
          .always(Topics.LOG_BEGINNING, _ -> new Beginning(1))
          .always(
              Topics.CHECKPOINT_FIND,
              _ ->
                  new FoundCheckpoint(
                      checkpoint.map(
                          base ->
                              new Checkpoint(
                                  base.head().position(),
                                  base.head().hash(),
                                  base.configuration(),
                                  state.size(),
                                  0))))
          .always(Topics.BASE_GET, _ -> new Base(checkpoint))
          .always(Topics.STATE_READ, request -> part(request.after()))
          .always(
              Topics.IMPORT_BEGIN,
              request -> {
                if (request.fresh()) {
                  imported.clear();
                }
                return imported();
              })
          .on(Topics.IMPORT_PART, request -> add(request.pairs()))
          .on(
              Topics.IMPORT_FINISH,
              request -> {
                if (!root(imported).equals(request.base().taken().stateRoot())) {
                  imported.clear();
                  return Problems.failed(Code.INVALID_REQUEST, "another root");
                }
                return CompletableFuture.completedFuture(imported());
              })
          .always(
              Topics.BASE_INSTALL,
              request -> {
                begun = Optional.of(request.base());
                entries.clear();
                entries.addAll(log.subList(0, (int) request.base().head().position()));
                return new Applied(head());
              })
          .always(
              Topics.MODULE_OUTLINE,
              _ -> new Outline(module.length(), chunks(module.unsafeArray())))
          .always(Topics.MODULE_PART, this::module)
          .on(Topics.MODULE_GATHER, this::gather)
          .on(Topics.MODULE_CHUNK, this::chunk)
          .on(
              Topics.MODULE_GATHERED,
              request -> {
                if (!gathered.keySet().containsAll(numbers())) {
                  return Problems.failed(Code.BLOB_UNAVAILABLE, "chunks are missing");
                }
                installed = Optional.of(request.application());
                return CompletableFuture.completedFuture(new ModuleMessages.Done());
              });
    }

    private ApplicationMessages.Module module(final ReadPart request) {
      final int from = (int) Math.min(module.length(), request.offset());
      final int to = Math.min(module.length(), from + request.length());
      return new ApplicationMessages.Module(
          Bytes.wrap(Arrays.copyOfRange(module.unsafeArray(), from, to)));
    }

    private List<Integer> numbers() {
      return IntStream.range(0, chunks(module.unsafeArray()).size()).boxed().toList();
    }

    private CompletableFuture<Gathering> gather(final Gather request) {
      if (request.outline().isPresent()) {
        if (!request.outline().get().chunks().equals(chunks(module.unsafeArray()))) {
          return Problems.failed(Code.BLOB_UNAVAILABLE, "the chunks of another blob");
        }
        outlined = true;
      }
      return CompletableFuture.completedFuture(
          new Gathering(
              false,
              outlined,
              outlined
                  ? numbers().stream()
                      .filter(number -> !gathered.containsKey(number))
                      .map(Missing::new)
                      .toList()
                  : List.of()));
    }

    private CompletableFuture<ModuleMessages.Done> chunk(final AddChunk request) {
      if (!Hash.sha256(request.bytes().unsafeArray())
          .equals(chunks(module.unsafeArray()).get(request.number()))) {
        return Problems.failed(Code.BLOB_UNAVAILABLE, "not that chunk");
      }
      gathered.merge(request.number(), 1, Integer::sum);
      return CompletableFuture.completedFuture(new ModuleMessages.Done());
    }

    private StatePart part(final Optional<Bytes> after) {
      return new StatePart(
          state.stream()
              .filter(pair -> after.isEmpty() || pair.key().compareTo(after.get()) > 0)
              .limit(10)
              .toList());
    }

    private CompletableFuture<Imported> add(final List<StatePair> more) {
      for (final StatePair pair : more) {
        if (!imported.isEmpty() && imported.getLast().key().compareTo(pair.key()) >= 0) {
          return Problems.failed(Code.INVALID_REQUEST, "the keys do not ascend");
        }
        imported.add(pair);
      }
      return CompletableFuture.completedFuture(imported());
    }

    private Imported imported() {
      return new Imported(
          imported.isEmpty() ? Optional.empty() : Optional.of(imported.getLast().key()),
          imported.size());
    }

    private Summary summary() {
      return new Summary(
          id,
          application.id(),
          head(),
          List.of(coordinator.publicKey(), member.publicKey()),
          List.of(identity.publicKey()),
          coordinator.publicKey(),
          1,
          1,
          Optional.empty());
    }

    private LogPart part(final long from, final int most) {
      return new LogPart(
          entries.stream()
              .skip(Math.max(0, from - 1))
              .limit(most)
              .map(signed -> new Entry.Logged(signed, Optional.empty()))
              .toList(),
          head());
    }

    private CompletableFuture<Applied> apply(final Collection<Entry.Signed> more) {
      for (final Entry.Signed signed : more) {
        if (signed.entry().position() <= head().position()) {
          final boolean known = entries.contains(signed);
          if (!known && signed.verify(coordinator.publicKey())) {
            return Problems.failed(Code.CONTEXT_DIVERGED, "the coordinator has signed two entries");
          }
        } else if (signed.entry().position() != head().position() + 1) {
          return Problems.failed(Code.PRIOR_MISMATCH, "the entries begin later");
        } else if (!signed.entry().prior().equals(head().hash())
            || !signed.verify(coordinator.publicKey())) {
          return Problems.failed(Code.INVALID_REQUEST, "a wrong entry");
        } else {
          entries.add(signed);
        }
      }
      return CompletableFuture.completedFuture(new Applied(head()));
    }
  }
}
