// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import io.calimero.node.catchup.internal.CatchupCore;
import io.calimero.node.catchup.internal.Commands;
import io.calimero.node.context.internal.ContextCore;
import io.calimero.node.context.internal.Execution;
import io.calimero.node.context.internal.Notices;
import io.calimero.node.context.internal.Others;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.bus.CommandTopic;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.ApplicationMessages.CheckModule;
import io.calimero.node.events.messages.ApplicationMessages.DescribeModule;
import io.calimero.node.events.messages.ApplicationMessages.ModuleDescription;
import io.calimero.node.events.messages.ApplicationMessages.ReadModule;
import io.calimero.node.events.messages.AttestationMessages.Attempt;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.BlobMessages;
import io.calimero.node.events.messages.BlobMessages.PartWritten;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.CatchupMessages;
import io.calimero.node.events.messages.CatchupMessages.Change;
import io.calimero.node.events.messages.CatchupMessages.Fetch;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ContextMessages.Applied;
import io.calimero.node.events.messages.ContextMessages.Apply;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.FollowedUp;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.Order;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Executed;
import io.calimero.node.events.messages.ExecutionMessages.Initialize;
import io.calimero.node.events.messages.ExecutionMessages.Migrate;
import io.calimero.node.events.messages.ExecutionMessages.Query;
import io.calimero.node.events.messages.ExecutionMessages.Replay;
import io.calimero.node.events.messages.ExecutionMessages.Replayed;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.events.messages.MembershipMessages.Compare;
import io.calimero.node.events.messages.MembershipMessages.Compared;
import io.calimero.node.events.messages.MembershipMessages.Diverged;
import io.calimero.node.events.messages.MembershipMessages.HasMet;
import io.calimero.node.events.messages.MembershipMessages.Knock;
import io.calimero.node.events.messages.MembershipMessages.Met;
import io.calimero.node.events.messages.MembershipMessages.Reexecute;
import io.calimero.node.events.messages.MembershipMessages.Reexecuted;
import io.calimero.node.events.messages.NetworkMessages.GetStatus;
import io.calimero.node.events.messages.NetworkMessages.Status;
import io.calimero.node.execution.internal.ExecutionCore;
import io.calimero.node.execution.internal.Neighbours;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Puts the cores of one node on its bus, as the shells of the verticles do. */
final class NodeOnBus {
  private static final String CONTEXT = "context";
  private static final String EXECUTION = "execution";
  private static final String CATCHUP = "catchup";

  private final SimProcess process;
  private final LocalBus bus;
  private final String peer;

  NodeOnBus(final SimProcess process, final LocalBus bus, final String peer) {
    this.process = process;
    this.bus = bus;
    this.peer = peer;
  }

  void serve(final ContextCore c) {
    bus.serve(CONTEXT, Topics.APPLICATION_INSTALL, c::install);
    bus.serve(
        CONTEXT,
        Topics.APPLICATION_GET,
        q -> now(new ApplicationMessages.Found(c.application(q.id()))));
    bus.serve(
        CONTEXT,
        Topics.MODULE_READ,
        q -> c.module(q.blob()).thenApply(ApplicationMessages.Module::new));
    bus.serve(CONTEXT, Topics.BLOB_READ, c::readBlob);
    bus.serve(CONTEXT, Topics.BLOB_WRITE, c::writeBlob);
    bus.serve(CONTEXT, Topics.BLOB_GATHER, c::gatherBlob);
    bus.serve(CONTEXT, Topics.BLOB_GATHERED, c::gatheredBlob);
    bus.serve(CONTEXT, Topics.CONTEXT_CREATE, c::create);
    bus.serve(CONTEXT, Topics.CONTEXT_LIST, _ -> now(new ContextMessages.All(c.contexts())));
    bus.serve(CONTEXT, Topics.CONTEXT_GET, q -> c.context(q.context()));
    bus.serve(
        CONTEXT,
        Topics.IDENTITY_CREATE,
        _ -> c.createIdentity().thenApply(ContextMessages.IdentityCreated::new));
    bus.serve(CONTEXT, Topics.LOG_READ, c::read);
    bus.serve(CONTEXT, Topics.CONTEXT_INVITE, c::invite);
    bus.serve(CONTEXT, Topics.CONTEXT_JOIN, c::join);
    bus.serve(CONTEXT, Topics.ENTRIES_APPLY, q -> apply(c, q));
    bus.serve(
        CONTEXT,
        Topics.MEMBERSHIP_PROVE,
        q ->
            c.prove(q)
                .thenApply(
                    proven -> {
                      process.world().signatures().made(q, proven.signature());
                      return proven;
                    }));
    bus.serve(CONTEXT, Topics.TRANSACTION_ORDER, q -> order(c, q));
    bus.serve(CONTEXT, Topics.CHANGE_ORDER, c::orderChange);
    bus.serve(
        CONTEXT,
        Topics.APPLICATION_RECEIVE,
        q -> c.receive(q).thenApply(_ -> new ApplicationMessages.Done()));
    bus.serve(CONTEXT, Topics.ENVELOPE_SEAL, c::seal);
    bus.serve(CONTEXT, Topics.ENVELOPE_OPEN, c::open);
    bus.serve(CONTEXT, Topics.KEYS_GIVE, c::giveKeys);
    bus.serve(CONTEXT, Topics.KEYS_TAKE, c::takeKeys);
    bus.serve(CONTEXT, Topics.CONTEXT_MEMBERS, c::members);
    bus.serve(CONTEXT, Topics.CONTEXT_ALTER, c::alter);
    bus.serve(CONTEXT, Topics.CONTEXT_LEAVE, c::leave);
    bus.serve(CONTEXT, Topics.CONTEXT_OPEN, c::open);
    bus.serve(CONTEXT, Topics.CONTEXT_REPAIR, c::repair);
    bus.serve(CONTEXT, Topics.LOG_BEGINNING, c::beginning);
    bus.serve(CONTEXT, Topics.MODULE_OUTLINE, c::outline);
    bus.serve(
        CONTEXT, Topics.MODULE_PART, q -> c.part(q).thenApply(ApplicationMessages.Module::new));
    bus.serve(CONTEXT, Topics.MODULE_GATHER, c::gather);
    bus.serve(CONTEXT, Topics.MODULE_CHUNK, c::addChunk);
    bus.serve(CONTEXT, Topics.MODULE_GATHERED, c::gathered);
    bus.serve(CONTEXT, Topics.SUBMIT, c::submit);
    bus.serve(CONTEXT, Topics.TRANSACTION_GET, c::transaction);
    bus.subscribe(CONTEXT, Topics.PEER_JOINED, _ -> c.peerJoined());
  }

  private CompletableFuture<Applied> apply(final ContextCore core, final Apply request) {
    if (process.world().has(World.Bug.BELIEVES_ANYTHING)) {
      final List<Entry.Logged> believed =
          request.entries().stream()
              .map(signed -> new Entry.Logged(signed, Optional.empty()))
              .toList();
      process.world().checker().committed(peer, new Committed(request.context(), believed));
    }
    return core.apply(request);
  }

  private CompletableFuture<Answer> order(final ContextCore core, final Order request) {
    if (process.world().has(World.Bug.ORDERS_TWICE)) {
      final Transaction transaction = request.transaction().transaction();
      final CompletableFuture<Answer> _ =
          core.submit(
              new ExecutionMessages.Submit(
                  transaction.context(),
                  Optional.empty(),
                  transaction.method(),
                  transaction.arguments(),
                  Optional.empty()));
    }
    return core.order(request);
  }

  void serve(final ExecutionCore core) {
    bus.serve(EXECUTION, Topics.QUERY, core::query);
    bus.serve(EXECUTION, Topics.TRANSACTIONS_EXECUTE, core::execute);
    bus.serve(EXECUTION, Topics.TRANSACTION_ATTEST, core::attest);
    bus.serve(EXECUTION, Topics.CONTEXT_INITIALIZE, core::initialize);
    bus.serve(EXECUTION, Topics.ENTRIES_REPLAY, core::replay);
    bus.serve(EXECUTION, Topics.MIGRATION_EXECUTE, core::migrate);
    bus.serve(EXECUTION, Topics.CONTEXT_REEXECUTE, core::reexecute);
    bus.serve(EXECUTION, Topics.STATE_GET, core::state);
    bus.serve(EXECUTION, Topics.MODULE_CHECK, core::check);
    bus.serve(EXECUTION, Topics.MODULE_DESCRIBE, core::describe);
    bus.subscribe(EXECUTION, Topics.COMMITTED, core::committed);
    bus.subscribe(EXECUTION, Topics.CONTEXT_GONE, core::gone);
  }

  void serve(final CatchupCore core) {
    bus.serve(CATCHUP, Topics.CONTEXT_FETCH, core::fetch);
    bus.serve(CATCHUP, Topics.BLOB_FETCH, core::fetchBlob);
    bus.serve(CATCHUP, Topics.TRANSACTION_SUBMIT, core::submit);
    bus.serve(CATCHUP, Topics.CHANGE_SUBMIT, core::change);
    bus.serve(CATCHUP, Topics.CONTEXT_KNOCK, core::knock);
    bus.serve(CATCHUP, Topics.CONTEXT_HAS_MET, core::hasMet);
    bus.serve(CATCHUP, Topics.CONTEXT_COMPARE, core::compare);
    bus.subscribe(CATCHUP, Topics.STREAM_OPENED, core::opened);
    bus.subscribe(CATCHUP, Topics.GOSSIP_RECEIVED, core::gossip);
    bus.subscribe(CATCHUP, Topics.PEER_JOINED, notice -> core.joined(notice.peer()));
    bus.subscribe(CATCHUP, Topics.PEER_LEFT, notice -> core.left(notice.peer()));
    bus.subscribe(CATCHUP, Topics.COMMITTED, core::committed);
    bus.subscribe(CATCHUP, Topics.CONTEXT_CREATED, notice -> core.take(notice.context()));
    bus.subscribe(CATCHUP, Topics.CONTEXT_GONE, notice -> core.gone(notice.context()));
  }

  /** What catchup asks with. */
  Commands commands() {
    return new Commands() {
      @Override
      public <Q, R> CompletableFuture<R> ask(final CommandTopic<Q, R> topic, final Q request) {
        return bus.ask(CATCHUP, topic, request);
      }
    };
  }

  /** What context asks execution. */
  Execution execution() {
    return new Execution() {
      @Override
      public CompletionStage<Executed> execute(final Execute request) {
        return bus.ask(CONTEXT, Topics.TRANSACTIONS_EXECUTE, request);
      }

      @Override
      public CompletionStage<Attempt> attest(final Attest request) {
        return bus.ask(CONTEXT, Topics.TRANSACTION_ATTEST, request);
      }

      @Override
      public CompletionStage<Executed> initialize(final Initialize request) {
        return bus.ask(CONTEXT, Topics.CONTEXT_INITIALIZE, request);
      }

      @Override
      public CompletionStage<Executed> migrate(final Migrate request) {
        return bus.ask(CONTEXT, Topics.MIGRATION_EXECUTE, request);
      }

      @Override
      public CompletionStage<Reexecuted> reexecute(final Reexecute request) {
        return bus.ask(CONTEXT, Topics.CONTEXT_REEXECUTE, request);
      }

      @Override
      public CompletionStage<Replayed> replay(final Replay request) {
        return bus.ask(CONTEXT, Topics.ENTRIES_REPLAY, request);
      }

      @Override
      public CompletionStage<ModuleDescription> check(final Bytes module) {
        return bus.ask(CONTEXT, Topics.MODULE_CHECK, new CheckModule(module));
      }

      @Override
      public CompletionStage<ModuleDescription> describe(final BlobId module) {
        return bus.ask(CONTEXT, Topics.MODULE_DESCRIBE, new DescribeModule(module));
      }

      @Override
      public CompletionStage<Answer> query(final Query query) {
        return bus.ask(CONTEXT, Topics.QUERY, query);
      }
    };
  }

  /** What context asks of other nodes. */
  Others others() {
    return new Others() {
      @Override
      public CompletionStage<List<String>> addresses() {
        return bus.ask(CONTEXT, Topics.NETWORK_STATUS, new GetStatus())
            .thenApply(Status::addresses);
      }

      @Override
      public CompletionStage<?> fetch(final Fetch request) {
        return bus.ask(CONTEXT, Topics.CONTEXT_FETCH, request);
      }

      @Override
      public CompletionStage<Answer> submit(final CatchupMessages.Submit request) {
        return bus.ask(CONTEXT, Topics.TRANSACTION_SUBMIT, request);
      }

      @Override
      public CompletionStage<?> change(final Change request) {
        return bus.ask(CONTEXT, Topics.CHANGE_SUBMIT, request);
      }

      @Override
      public CompletionStage<?> knock(final Knock request) {
        return bus.ask(CONTEXT, Topics.CONTEXT_KNOCK, request);
      }

      @Override
      public CompletionStage<Boolean> hasMet(final HasMet request) {
        return bus.ask(CONTEXT, Topics.CONTEXT_HAS_MET, request).thenApply(Met::met);
      }

      @Override
      public CompletionStage<Compared> compare(final Compare request) {
        return bus.ask(CONTEXT, Topics.CONTEXT_COMPARE, request);
      }
    };
  }

  /** What context tells. */
  Notices notices() {
    return new Notices() {
      @Override
      public void committed(final Committed notice) {
        process.world().checker().committed(peer, notice);
        process
            .world()
            .trace(() -> peer + " has on disk up to position " + notice.head().position());
        bus.publish(CONTEXT, Topics.COMMITTED, notice);
      }

      @Override
      public void created(final Created notice) {
        bus.publish(CONTEXT, Topics.CONTEXT_CREATED, notice);
      }

      @Override
      public void gone(final Gone notice) {
        bus.publish(CONTEXT, Topics.CONTEXT_GONE, notice);
      }

      @Override
      public void diverged(final Diverged notice) {
        bus.publish(CONTEXT, Topics.CONTEXT_DIVERGED, notice);
      }

      @Override
      public void followedUp(final FollowedUp notice) {
        bus.publish(CONTEXT, Topics.FOLLOWED_UP, notice);
      }
    };
  }

  /** What execution asks. */
  Neighbours neighbours() {
    return new Neighbours() {
      @Override
      public CompletableFuture<LogPart> readLog(final ReadLog request) {
        return bus.ask(EXECUTION, Topics.LOG_READ, request);
      }

      @Override
      public CompletableFuture<Bytes> readModule(final BlobId blob) {
        return bus.ask(EXECUTION, Topics.MODULE_READ, new ReadModule(blob))
            .thenApply(ApplicationMessages.Module::bytes);
      }

      @Override
      public CompletableFuture<Bytes> readBlob(final ReadPart request) {
        return bus.ask(EXECUTION, Topics.BLOB_READ, request).thenApply(BlobMessages.Part::bytes);
      }

      @Override
      public CompletableFuture<BlobMessages.Fetched> fetchBlob(final BlobMessages.Fetch request) {
        return bus.ask(EXECUTION, Topics.BLOB_FETCH, request);
      }

      @Override
      public CompletableFuture<PartWritten> writeBlob(final WritePart request) {
        return bus.ask(EXECUTION, Topics.BLOB_WRITE, request);
      }

      @Override
      public void announce(final TransactionExecuted notice) {
        bus.publish(EXECUTION, Topics.TRANSACTION_EXECUTED, notice);
      }
    };
  }

  private static <T> CompletableFuture<T> now(final T value) {
    return CompletableFuture.completedFuture(value);
  }
}
