// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.BlobMessages;
import io.calimero.node.events.messages.BlobMessages.End;
import io.calimero.node.events.messages.BlobMessages.Fetch;
import io.calimero.node.events.messages.BlobMessages.Find;
import io.calimero.node.events.messages.BlobMessages.Found;
import io.calimero.node.events.messages.BlobMessages.Keep;
import io.calimero.node.events.messages.BlobMessages.ListAll;
import io.calimero.node.events.messages.BlobMessages.ReadPart;
import io.calimero.node.events.messages.BlobMessages.Remove;
import io.calimero.node.events.messages.BlobMessages.Stored;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Uploading, reading, listing and deleting blobs. With {@code context_id} an upload is shared with
 * the members of that context, and what is not here is asked of them. Content is never in memory as
 * a whole.
 */
final class BlobRoutes {
  private static final String BLOBS = "/admin-api/blobs";
  private static final String BLOB = BLOBS + "/:id";
  private static final int PART_BYTES = 1 << 20;

  /** So many come or go at once; each has a few parts in memory. */
  private static final int TRANSFERS = 32;

  /** For so long a client waits for what members have. */
  private static final int WAIT_MILLIS = 30_000;

  private final Bus bus;
  private final Supplier<Bytes> names;
  private int transfers;

  /**
   * The routes.
   *
   * @param names sixteen random bytes, never given before
   */
  BlobRoutes(final Bus bus, final Supplier<Bytes> names) {
    this.bus = bus;
    this.names = names;
  }

  void mount(final Routes routes) {
    routes
        .on(List.of(HttpMethod.PUT), BLOBS, this::put)
        .get("/blobs", _ -> list())
        .on(List.of(HttpMethod.GET, HttpMethod.HEAD), BLOB, this::get)
        .on(List.of(HttpMethod.DELETE), BLOB, this::delete);
  }

  private Future<JsonText> list() {
    return bus.request(Topics.BLOB_LIST, new ListAll())
        .map(
            all ->
                new JsonText()
                    .raw("{\"blobs\":")
                    .array(all.blobs(), (json, info) -> write(json, info))
                    .raw("}"));
  }

  private static void write(final JsonText json, final Stored info) {
    json.raw("{\"blob_id\":\"" + info.blob() + "\",\"size\":").number(info.size()).raw("}");
  }

  private void put(final RoutingContext context) {
    final Exchange exchange = Routes.exchange(context);
    exchange.request().pause();
    guarded(
        () -> {
          final Optional<Hash> expected =
              query(context, "hash").map(hash -> Ids.parse(hash, Hash::parse, "Invalid hash"));
          final Optional<ContextId> of = query(context, "context_id").map(Ids::context);
          return transfer(
              () ->
                  known(of)
                      .compose(_ -> upload(exchange, expected, of))
                      .map(
                          info -> {
                            final JsonText json = new JsonText().raw("{\"data\":");
                            write(json, info);
                            exchange.json(200, json.raw("}").toBuffer());
                            return info;
                          }));
        },
        exchange::refuse);
  }

  /** It is told before the upload if the context is not here. */
  private Future<?> known(final Optional<ContextId> context) {
    return context
        .<Future<?>>map(id -> bus.request(Topics.CONTEXT_GET, new Get(id)))
        .orElseGet(Future::succeededFuture);
  }

  private Future<Stored> upload(
      final Exchange exchange, final Optional<Hash> expected, final Optional<ContextId> context) {
    final Bytes name = names.get();
    final long[] sent = {0};
    return exchange
        .bodyInParts(
            PART_BYTES,
            BlobMessages.MAXIMUM,
            part ->
                bus.request(Topics.BLOB_WRITE, part(name, sent[0], Bytes.wrap(part), End.MORE))
                    .onSuccess(_ -> sent[0] += part.length))
        .compose(total -> bus.request(Topics.BLOB_KEEP, new Keep(name, total, expected, context)))
        .onFailure(
            _ -> {
              final Future<?> _ =
                  bus.request(Topics.BLOB_WRITE, part(name, sent[0], Bytes.EMPTY, End.ABANDON));
            });
  }

  private static WritePart part(
      final Bytes name, final long offset, final Bytes bytes, final End end) {
    return new WritePart(name, offset, bytes, end, BlobMessages.MAXIMUM, Optional.empty());
  }

  private void get(final RoutingContext context) {
    final Exchange exchange = Routes.exchange(context);
    guarded(
        () -> {
          final BlobId blob = id(context);
          final Optional<ContextId> of =
              exchange.request().method().equals(HttpMethod.HEAD)
                  ? Optional.empty()
                  : query(context, "context_id").map(Ids::context);
          return find(blob)
              .compose(
                  found ->
                      found.isPresent() || of.isEmpty()
                          ? Future.succeededFuture(found)
                          : fetch(of.get(), blob).compose(_ -> find(blob)))
              .map(
                  found -> {
                    send(exchange, found.orElseThrow(() -> new Refusal(404, "Blob not found")));
                    return found;
                  });
        },
        refusal -> exchange.error(refusal.status(), refusal.message()));
  }

  private Future<Optional<Stored>> find(final BlobId blob) {
    return bus.request(Topics.BLOB_FIND, new Find(blob)).map(Found::blob);
  }

  /** That nobody has it is no fault of this node; that it takes long is no failure. */
  private Future<?> fetch(final ContextId context, final BlobId blob) {
    return bus.request(Topics.BLOB_FETCH, new Fetch(context, blob, WAIT_MILLIS))
        .recover(
            cause ->
                Future.failedFuture(
                    switch (Problems.problem(cause).code()) {
                      case BLOB_UNAVAILABLE -> new Refusal(404, Problems.problem(cause).message());
                      case TIMEOUT -> new Refusal(503, Problems.problem(cause).message());
                      default -> cause;
                    }));
  }

  private void send(final Exchange exchange, final Stored info) {
    if (transfers >= TRANSFERS) {
      throw tooMany();
    }
    transfers++;
    final HttpServerResponse response = exchange.request().response();
    response.putHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
    response.putHeader(HttpHeaders.ETAG, "\"" + info.blob() + "\"");
    response.putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=3600");
    response.putHeader("X-Blob-ID", info.blob().toString());
    response.putHeader("X-Blob-Hash", HexFormat.of().formatHex(info.content().toByteArray()));
    response.putHeader("X-Blob-MIME-Type", "application/octet-stream");
    final Future<?> _ =
        exchange
            .parts(
                info.size(),
                from ->
                    bus.request(Topics.BLOB_READ, new ReadPart(info.blob(), from, PART_BYTES))
                        .map(part -> Buffer.buffer(part.bytes().unsafeArray())))
            .onComplete(_ -> transfers--);
  }

  private void delete(final RoutingContext context) {
    final Exchange exchange = Routes.exchange(context);
    guarded(
        () -> {
          final BlobId blob = id(context);
          return bus.request(Topics.BLOB_REMOVE, new Remove(blob))
              .map(
                  gone -> {
                    if (!gone.removed()) {
                      throw new Refusal(404, "Blob not found");
                    }
                    exchange.json(
                        200,
                        new JsonText()
                            .raw("{\"blob_id\":\"" + blob + "\",\"deleted\":true}")
                            .toBuffer());
                    return gone;
                  });
        },
        refusal -> exchange.error(refusal.status(), refusal.message()));
  }

  private static BlobId id(final RoutingContext context) {
    return Ids.parse(
        context.pathParam("id"), text -> new BlobId(Hash.parse(text)), "Invalid blob id");
  }

  private static Optional<String> query(final RoutingContext context, final String name) {
    return context.queryParam(name).stream().findFirst();
  }

  private <T> Future<T> transfer(final Supplier<Future<T>> work) {
    if (transfers >= TRANSFERS) {
      return Future.failedFuture(tooMany());
    }
    transfers++;
    return work.get().onComplete(_ -> transfers--);
  }

  private static Refusal tooMany() {
    return new Refusal(503, "the node is moving " + TRANSFERS + " blobs already: try again");
  }

  private static void guarded(final Supplier<Future<?>> work, final Consumer<Refusal> refusing) {
    Future<?> done;
    try {
      done = work.get();
    } catch (final MalformedException | Refusal e) {
      done = Future.failedFuture(e);
    }
    final Future<?> _ = done.onFailure(cause -> refusing.accept(Problems.refusal(cause)));
  }
}
