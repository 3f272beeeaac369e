// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.JournalEvent;
import io.calimero.node.events.JournalEvent.ApplicationInstalled;
import io.calimero.node.events.JournalEvent.ApplicationRemoved;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ApplicationMessages.Receive;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.storage.blobs.Blob;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.blobs.SizeGuard;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The applications of this node: a projection of the journal, and the blobs behind it. On the loop.
 */
final class Applications {
  private final Journal journal;
  private final BlobStore blobs;
  private final Execution execution;
  private final ModuleSource source;
  private final int maxBytes;
  private final Async async;
  private final SortedMap<ApplicationId, Application> installed = new TreeMap<>();
  private CompletableFuture<Async.Done> last = CompletableFuture.completedFuture(Async.Done.DONE);

  Applications(
      final Journal journal,
      final BlobStore blobs,
      final Execution execution,
      final ContextOptions options,
      final Async async) {
    this.journal = journal;
    this.blobs = blobs;
    this.execution = execution;
    this.async = async;
    maxBytes = options.moduleBytes();
    source = new ModuleSource(options.moduleBytes(), options.downloadTimeout());
    journal.replay(this::apply);
  }

  List<Application> all() {
    return List.copyOf(installed.values());
  }

  Optional<Application> find(final ApplicationId id) {
    return Optional.ofNullable(installed.get(id));
  }

  /** An application, or the service of that name of the bundle that it is from. */
  Optional<Application> find(final ApplicationId id, final Optional<String> service) {
    if (service.isEmpty()) {
      return find(id);
    }
    final Optional<String> wanted =
        find(id).map(known -> known.source().replaceFirst("#.*$", "") + "#" + service.get());
    return installed.values().stream()
        .filter(each -> wanted.filter(each.source()::equals).isPresent())
        .findFirst();
  }

  /**
   * Installs an application: durable when the future completes, and nothing is left if it fails. Of
   * a bundle with several services each becomes an application, and the first is answered: a bundle
   * that fails midway leaves those before.
   */
  CompletableFuture<Application> install(final Install request) {
    return async
        .blocking(
            () -> ModuleParts.of(source.fetch(request.source()), maxBytes, request.expected()))
        .thenCompose(parts -> check(parts, 0))
        .thenCompose(parts -> inTurn(() -> store(parts, request)));
  }

  /** Checks every module before any is kept. */
  private CompletableFuture<List<ModuleParts.Part>> check(
      final List<ModuleParts.Part> parts, final int from) {
    return from == parts.size()
        ? CompletableFuture.completedFuture(parts)
        : async
            .onLoop(execution.check(parts.get(from).bytes()))
            .thenCompose(_ -> check(parts, from + 1));
  }

  private CompletableFuture<Application> store(
      final List<ModuleParts.Part> parts, final Install request) {
    final CompletableFuture<Application> first = store(parts.getFirst(), request);
    CompletableFuture<Application> last = first;
    for (final ModuleParts.Part part : parts.subList(1, parts.size())) {
      last = last.thenCompose(_ -> store(part, request));
    }
    return last.thenCombine(first, (_, application) -> application);
  }

  /**
   * Installs what came from a peer: durable when the future completes, and nothing is left unless
   * the module is exactly the one of the application.
   */
  CompletableFuture<Application> receive(final Receive request) {
    final Application application = request.application();
    return async
        .onLoop(execution.check(request.module()))
        .thenCompose(
            _ ->
                inTurn(
                    () ->
                        async
                            .blocking(
                                () ->
                                    blobs.put(
                                        stream(request.module()),
                                        new SizeGuard.Exactly(application.size()),
                                        Optional.of(application.blob())))
                            .thenCompose(
                                _ ->
                                    installed.containsKey(application.id())
                                        ? CompletableFuture.completedFuture(application)
                                        : record(new ApplicationInstalled(application))
                                            .thenApply(_ -> application)
                                            .exceptionallyCompose(
                                                failure -> takeBack(application, failure)))));
  }

  /** Of which chunks a module consists. */
  CompletableFuture<Outline> outline(final BlobId blob) {
    return async.blocking(
        () ->
            blobs
                .find(blob)
                .map(found -> new Outline(found.size(), found.chunks()))
                .orElseThrow(() -> SharedBlobs.missing(blob).toException()));
  }

  /** One change of blobs and journal after the other: they must not see each other half done. */
  private <T> CompletableFuture<T> inTurn(final Supplier<CompletableFuture<T>> change) {
    final CompletableFuture<T> changed = last.thenCompose(_ -> change.get());
    last = changed.handle((_, _) -> Async.Done.DONE);
    return changed;
  }

  private CompletableFuture<Application> store(
      final ModuleParts.Part module, final Install request) {
    return async
        .blocking(() -> put(module))
        .thenCompose(
            blob -> {
              final Application application =
                  new Application(
                      blob.id(), module.bytes().length(), module.source(), request.metadata());
              return installed.containsKey(application.id())
                  ? CompletableFuture.completedFuture(application)
                  : record(new ApplicationInstalled(application))
                      .thenApply(_ -> application)
                      .exceptionallyCompose(failure -> takeBack(application, failure));
            });
  }

  private CompletableFuture<Application> takeBack(
      final Application application, final Throwable failure) {
    return dropBlob(application.blob())
        .handle((_, _) -> Async.Done.DONE)
        .thenCompose(_ -> Async.failed(Async.problem(failure)));
  }

  private CompletableFuture<Async.Done> dropBlob(final BlobId blob) {
    return installed.values().stream().anyMatch(other -> other.blob().equals(blob))
        ? CompletableFuture.completedFuture(Async.Done.DONE)
        : async.blocking(() -> blobs.delete(blob)).thenApply(_ -> Async.Done.DONE);
  }

  private Blob put(final ModuleParts.Part module) {
    return blobs.put(stream(module.bytes()), size(module.bytes()), module.expected());
  }

  private static ByteArrayInputStream stream(final Bytes module) {
    return new ByteArrayInputStream(module.unsafeArray());
  }

  private static SizeGuard size(final Bytes module) {
    return new SizeGuard.Exactly(module.length());
  }

  /** Removes an application that no context uses, and its blob if no other application has it. */
  CompletableFuture<Async.Done> remove(
      final ApplicationId id, final Predicate<ApplicationId> inUse) {
    return inTurn(() -> removeNow(id, inUse));
  }

  private CompletableFuture<Async.Done> removeNow(
      final ApplicationId id, final Predicate<ApplicationId> inUse) {
    final Application application = installed.get(id);
    if (application == null) {
      return Async.failed(notInstalled(id));
    }
    if (inUse.test(id)) {
      return Async.failed(
          Problem.of(
              Code.APPLICATION_IN_USE,
              "the application is in use: remove its contexts first",
              id.hash()));
    }
    // Gone from here at once, so that no context can begin with it while the journal is written.
    installed.remove(id);
    return journal
        .append(new ApplicationRemoved(id))
        .exceptionallyCompose(
            failure -> {
              installed.put(id, application);
              return Async.failed(Async.problem(failure));
            })
        .thenCompose(_ -> dropBlob(application.blob()));
  }

  /** The bytes of a module, also of one that could not be installed under today's settings. */
  CompletableFuture<Bytes> module(final BlobId blob) {
    return async.blocking(() -> blobs.read(blob, ContextOptions.MODULE_BYTES_MAX));
  }

  static Problem notInstalled(final ApplicationId id) {
    return Problem.of(
        Code.APPLICATION_NOT_INSTALLED, "Application is not installed on node.", id.hash());
  }

  private CompletableFuture<Async.Done> record(final JournalEvent event) {
    return journal
        .append(event)
        .thenApply(
            done -> {
              apply(event);
              return done;
            });
  }

  private void apply(final JournalEvent event) {
    switch (event) {
      case ApplicationInstalled e -> installed.put(e.application().id(), e.application());
      case ApplicationRemoved e -> installed.remove(e.application());
    }
  }
}
