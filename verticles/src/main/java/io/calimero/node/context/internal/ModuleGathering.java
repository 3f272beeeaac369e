// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ApplicationMessages.Receive;
import io.calimero.node.events.messages.ModuleMessages.AddChunk;
import io.calimero.node.events.messages.ModuleMessages.Done;
import io.calimero.node.events.messages.ModuleMessages.EndGathering;
import io.calimero.node.events.messages.ModuleMessages.Gather;
import io.calimero.node.events.messages.ModuleMessages.Gathering;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.blobs.PartialBlobs;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Modules that come from elsewhere: chunk by chunk from members, kept on disk until all is here; or
 * from where the application was installed from, if the operator wants that. On the loop.
 */
final class ModuleGathering {
  private static final Logger LOG = LoggerFactory.getLogger(ModuleGathering.class);
  private static final int SOURCES = 256;

  /** A source that failed is left alone for so long: members have the module too. */
  private static final long REST_NANOS = Duration.ofMinutes(10).toNanos();

  private final PartialBlobs parts;
  private final Applications applications;
  private final Optional<ModuleSource> source;
  private final int maxBytes;
  private final LongSupplier clock;
  private final Async async;

  /** A module is whole in memory while it is checked: one at a time. */
  private CompletableFuture<Async.Done> last = done(Async.Done.DONE);

  /** One source at a time, and nobody waits for a slow one: members are asked meanwhile. */
  private boolean fetching;

  /** Until when sources are left alone. */
  private final Map<ApplicationId, Long> resting =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<ApplicationId, Long> eldest) {
          return size() > SOURCES;
        }
      };

  /** Clears away what a node that was killed had gathered to the end; blocks. */
  ModuleGathering(
      final PartialBlobs parts,
      final Applications applications,
      final ContextOptions options,
      final LongSupplier clock,
      final Async async) {
    this.parts = parts;
    this.applications = applications;
    source =
        options.modulesFromSource()
            ? Optional.of(new ModuleSource(options.moduleBytes(), options.downloadTimeout()))
            : Optional.empty();
    maxBytes = options.moduleBytes();
    this.clock = clock;
    this.async = async;
    for (final Application application : applications.all()) {
      discard(application.blob());
    }
  }

  CompletableFuture<Gathering> begin(final Gather request) {
    final Application application = request.application();
    if (applications.find(application.id()).isPresent()) {
      return done(new Gathering(true, true, List.of()));
    }
    if (application.size() < 1 || application.size() > ContextOptions.MODULE_BYTES_MAX) {
      return Async.failed(
          Problem.of(
              Code.INVALID_MODULE, "a module of " + application.size() + " bytes is too large"));
    }
    return fromHere(application)
        .thenCompose(here -> here ? done(true) : fromSource(application))
        .thenCompose(
            here ->
                here
                    ? done(new Gathering(true, true, List.of()))
                    : async.blocking(() -> begun(application, request.outline())));
  }

  private Gathering begun(final Application application, final Optional<Outline> outline) {
    if (outline.isPresent() && outline.get().size() != application.size()) {
      throw Problem.of(
              Code.BLOB_UNAVAILABLE, "the peer's blob has " + outline.get().size() + " bytes")
          .toException();
    }
    final Optional<List<Integer>> missing =
        outline
            .map(of -> rightly(() -> parts.begin(application.blob(), of.size(), of.chunks())))
            .or(() -> parts.missing(application.blob()));
    return new Gathering(
        false, missing.isPresent(), missing.orElse(List.of()).stream().map(Missing::new).toList());
  }

  /** Whether it was installed from the module of another application, which is the same. */
  private CompletableFuture<Boolean> fromHere(final Application application) {
    return isInstalled(application.blob())
        ? inTurn(
                () ->
                    applications
                        .module(application.blob())
                        .thenCompose(bytes -> install(application, bytes)))
            .thenApply(_ -> true)
            .exceptionally(
                failure -> {
                  LOG.warn(
                      "the module of the application {} is here, but not usable: {}",
                      application.id(),
                      Async.problem(failure).message());
                  return false;
                })
        : done(false);
  }

  /** Whether it was installed from where its installer had it from. */
  private CompletableFuture<Boolean> fromSource(final Application application) {
    final String from = application.source();
    if (source.isEmpty()
        || fetching
        || !(from.startsWith("http://") || from.startsWith("https://"))
        || resting.getOrDefault(application.id(), Long.MIN_VALUE) > clock.getAsLong()) {
      return done(false);
    }
    resting.put(application.id(), clock.getAsLong() + REST_NANOS);
    fetching = true;
    return async
        .blocking(() -> fetched(source.get(), application))
        .thenCompose(bytes -> install(application, bytes))
        .thenCompose(_ -> cleared(application))
        .thenApply(_ -> true)
        .exceptionally(
            failure -> {
              LOG.warn(
                  "the application {} is not fetched from {}, but from members: {}",
                  application.id(),
                  from,
                  Async.problem(failure).message());
              return false;
            })
        .whenComplete((_, _) -> fetching = false);
  }

  /** The module of the application in what its source has; nothing else is looked into. */
  private Bytes fetched(final ModuleSource web, final Application application) {
    final String whole = application.source().replaceFirst("#.*$", "");
    return ModuleParts.of(web.fetch(whole), maxBytes, Optional.empty()).stream()
        .map(ModuleParts.Part::bytes)
        .filter(bytes -> ModuleParts.blob(bytes).equals(application.blob()))
        .findFirst()
        .orElseThrow(
            () -> Problem.of(Code.BLOB_UNAVAILABLE, "something else is there now").toException());
  }

  CompletableFuture<Done> add(final AddChunk request) {
    final boolean installed = isInstalled(request.blob());
    return async.blocking(
        () ->
            rightly(
                () -> {
                  // Unless another context, or a source, was quicker
                  if (!installed || parts.missing(request.blob()).isPresent()) {
                    parts.add(request.blob(), request.number(), request.bytes());
                  }
                  return new Done();
                }));
  }

  CompletableFuture<Done> end(final EndGathering request) {
    final Application application = request.application();
    return inTurn(
        () ->
            applications.find(application.id()).isPresent()
                ? cleared(application)
                : content(application)
                    .thenCompose(bytes -> install(application, bytes))
                    .thenCompose(_ -> cleared(application)));
  }

  /** Of two contexts that gather the same module, one was quicker. */
  private CompletableFuture<Bytes> content(final Application application) {
    return async
        .blocking(() -> parts.content(application.blob()))
        .exceptionallyCompose(
            failure ->
                isInstalled(application.blob())
                    ? applications.module(application.blob())
                    : Async.failed(Async.problem(failure)));
  }

  private CompletableFuture<Done> cleared(final Application application) {
    return async.blocking(
        () -> {
          discard(application.blob());
          return new Done();
        });
  }

  private CompletableFuture<Application> install(final Application application, final Bytes bytes) {
    return applications.receive(new Receive(application, bytes));
  }

  private boolean isInstalled(final BlobId blob) {
    return applications.all().stream().anyMatch(application -> application.blob().equals(blob));
  }

  /** What is left goes when there are too many. */
  private void discard(final BlobId blob) {
    try {
      parts.discard(blob);
    } catch (final StorageException e) {
      LOG.warn("what was gathered of the blob {} stays: {}", blob, Async.words(e));
    }
  }

  /** What a peer gave and is not what it must be is the peer's fault. */
  static <T> T rightly(final Supplier<T> work) {
    try {
      return work.get();
    } catch (final StorageException e) {
      if (e.code() == StorageException.Code.REJECTED) {
        throw Problem.of(Code.BLOB_UNAVAILABLE, Async.words(e)).toException();
      }
      throw e;
    }
  }

  private <T> CompletableFuture<T> inTurn(final Supplier<CompletableFuture<T>> work) {
    final CompletableFuture<T> done = last.thenCompose(_ -> work.get());
    last = done.handle((_, _) -> Async.Done.DONE);
    return done;
  }

  private static <T> CompletableFuture<T> done(final T value) {
    return CompletableFuture.completedFuture(value);
  }
}
