// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.BlobMessages.PartWritten;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The rest of the node: logs that are always on disk, modules, and who listens. */
class FakeNode implements Neighbours {
  private final SortedMap<ContextId, List<Entry.Logged>> logs = new TreeMap<>();
  private final Map<BlobId, Bytes> modules = new ConcurrentHashMap<>();
  private final List<TransactionExecuted> notices = new CopyOnWriteArrayList<>();
  private final List<ReadLog> reads = new CopyOnWriteArrayList<>();

  BlobId install(final Bytes module) {
    final BlobId blob = new BlobId(FakeContext.hash(module.toUtf8()));
    modules.put(blob, module);
    return blob;
  }

  void uninstall(final BlobId blob) {
    modules.remove(blob);
  }

  synchronized Committed append(final ContextId context, final List<Entry.Logged> entries) {
    final List<Entry.Logged> log = logs.computeIfAbsent(context, _ -> new ArrayList<>());
    for (final Entry.Logged entry : entries) {
      if (entry.entry().position() != log.size() + 1) {
        throw new IllegalArgumentException("a gap in the log before " + entry.entry());
      }
      log.add(entry);
    }
    return new Committed(context, entries);
  }

  synchronized List<Entry.Logged> log(final ContextId context) {
    return List.copyOf(logs.getOrDefault(context, List.of()));
  }

  synchronized Head head(final ContextId context) {
    final List<Entry.Logged> log = log(context);
    return log.isEmpty() ? Head.NONE : log.getLast().signed().head();
  }

  synchronized void remove(final ContextId context) {
    logs.remove(context);
  }

  synchronized void replace(final ContextId context, final int position, final Entry.Logged entry) {
    logs.getOrDefault(context, List.of()).set(position - 1, entry);
  }

  List<TransactionExecuted> notices() {
    return notices;
  }

  /** What was read of logs, in order. */
  List<ReadLog> reads() {
    return reads;
  }

  @Override
  public CompletableFuture<LogPart> readLog(final ReadLog request) {
    reads.add(request);
    final List<Entry.Logged> log = log(request.context());
    if (log.isEmpty()) {
      return Futures.failed(Code.CONTEXT_NOT_FOUND, "no such context");
    }
    final int from = (int) Math.min(log.size(), request.from() - 1);
    final int to = Math.min(log.size(), from + Math.min(request.maxEntries(), 3));
    return CompletableFuture.completedFuture(
        new LogPart(log.subList(from, to), log.getLast().signed().head()));
  }

  @Override
  public CompletableFuture<Bytes> readModule(final BlobId blob) {
    final Bytes module = modules.get(blob);
    return module == null
        ? CompletableFuture.failedFuture(
            Problem.of(Code.BLOB_UNAVAILABLE, "no such blob", blob.hash()).toException())
        : CompletableFuture.completedFuture(module);
  }

  @Override
  public CompletableFuture<Bytes> readBlob(final ReadPart request) {
    return Futures.failed(Code.BLOB_UNAVAILABLE, "no such blob");
  }

  @Override
  public CompletableFuture<PartWritten> writeBlob(final WritePart request) {
    return Futures.failed(Code.STORAGE_FULL, "no room for blobs");
  }

  @Override
  public void announce(final TransactionExecuted notice) {
    notices.add(notice);
  }
}
