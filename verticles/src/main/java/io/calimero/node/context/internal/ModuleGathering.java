// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
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
import io.calimero.node.storage.blobs.PartialBlobs;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
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

  /** Until when sources are left alone. */
  private final Map<ApplicationId, Long> resting =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<ApplicationId, Long> eldest) {
          return size() > SOURCES;
        }
      };

  ModuleGathering(
      final PartialBlobs parts,
      final Applications applications,
      final ContextOptions options,
      final LongSupplier clock,
      final Async async) {
    this.parts = parts;
    this.applications = applications;
    source =
        options.fetchSources()
            ? Optional.of(new ModuleSource(options.moduleBytes(), options.downloadTimeout()))
            : Optional.empty();
    maxBytes = ContextOptions.MODULE_BYTES_MAX;
    this.clock = clock;
    this.async = async;
  }

  CompletableFuture<Gathering> begin(final Gather request) {
    final Application application = request.application();
    if (applications.find(application.id()).isPresent()) {
      return done(new Gathering(true, true, List.of()));
    }
    if (application.size() < 1 || application.size() > maxBytes) {
      return Async.failed(
          Problem.of(
              Code.INVALID_MODULE, "a module of " + application.size() + " bytes is too large"));
    }
    return fromSource(application)
        .thenCompose(
            fetched ->
                fetched
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
            .map(of -> parts.begin(application.blob(), of.size(), of.chunks()))
            .or(() -> parts.missing(application.blob()));
    return new Gathering(
        false, missing.isPresent(), missing.orElse(List.of()).stream().map(Missing::new).toList());
  }

  /** Whether it was installed from where its installer had it from. */
  private CompletableFuture<Boolean> fromSource(final Application application) {
    final String from = application.source();
    if (source.isEmpty()
        || !(from.startsWith("http://") || from.startsWith("https://"))
        || resting.getOrDefault(application.id(), Long.MIN_VALUE) > clock.getAsLong()) {
      return done(false);
    }
    resting.put(application.id(), clock.getAsLong() + REST_NANOS);
    return async
        .blocking(() -> source.get().fetch(from).bytes())
        .thenCompose(bytes -> install(application, bytes))
        .thenApply(_ -> true)
        .exceptionally(
            failure -> {
              LOG.warn(
                  "{} is not fetched from {}, but from members: {}",
                  application.id(),
                  from,
                  Async.problem(failure).message());
              return false;
            });
  }

  CompletableFuture<Done> add(final AddChunk request) {
    return async.blocking(
        () -> {
          parts.add(request.blob(), request.number(), request.bytes());
          return new Done();
        });
  }

  CompletableFuture<Done> end(final EndGathering request) {
    final Application application = request.application();
    return async
        .blocking(() -> parts.content(application.blob()))
        .thenCompose(bytes -> install(application, bytes))
        .thenCompose(
            _ ->
                async.blocking(
                    () -> {
                      parts.discard(application.blob());
                      return new Done();
                    }));
  }

  private CompletableFuture<Application> install(final Application application, final Bytes bytes) {
    return applications.receive(new Receive(application, bytes));
  }

  private static <T> CompletableFuture<T> done(final T value) {
    return CompletableFuture.completedFuture(value);
  }
}
