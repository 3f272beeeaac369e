// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The routes that are served. Those of the admin API answer {@code {"data":…}} with status 200, or
 * {@code {"error":"message"}} with another.
 */
final class Routes {
  /** Where the routing context keeps the exchange. */
  static final String EXCHANGE = "exchange";

  private static final String ADMIN = "/admin-api";

  private final Router router;
  private final List<Mounted> mounted = new ArrayList<>();

  private record Mounted(List<String> pattern, List<HttpMethod> methods) {
    boolean matches(final List<String> path) {
      if (path.size() != pattern.size()) {
        return false;
      }
      for (int i = 0; i < path.size(); i++) {
        if (!pattern.get(i).startsWith(":") && !pattern.get(i).equals(path.get(i))) {
          return false;
        }
      }
      return true;
    }
  }

  Routes(final Router router) {
    this.router = router;
  }

  /** A route that sees to its answer itself. */
  Routes plain(final HttpMethod method, final String path, final Consumer<Exchange> handler) {
    mount(path, List.of(method)).handler(context -> handler.accept(exchange(context)));
    return this;
  }

  /** A route that reads, for GET and HEAD, and sees to its answer itself. */
  Routes plainGet(final String path, final Consumer<RoutingContext> handler) {
    return on(List.of(HttpMethod.GET, HttpMethod.HEAD), path, handler);
  }

  /** A route of these methods that sees to its answer itself. */
  Routes on(
      final List<HttpMethod> methods, final String path, final Consumer<RoutingContext> handler) {
    mount(path, methods).handler(handler::accept);
    return this;
  }

  /** A route of the admin API that reads, for GET and HEAD. */
  Routes get(final String path, final Function<RoutingContext, Future<JsonText>> handler) {
    mount(ADMIN + path, List.of(HttpMethod.GET, HttpMethod.HEAD))
        .handler(context -> answer(context, run(handler, context), true));
    return this;
  }

  /** As {@link #get}, for the few whose answers clients read without the envelope. */
  Routes flat(final String path, final Function<RoutingContext, Future<JsonText>> handler) {
    mount(ADMIN + path, List.of(HttpMethod.GET, HttpMethod.HEAD))
        .handler(context -> answer(context, run(handler, context), false));
    return this;
  }

  /** A route of the admin API that removes; a body is ignored. */
  Routes delete(final String path, final Function<RoutingContext, Future<JsonText>> handler) {
    mount(ADMIN + path, List.of(HttpMethod.DELETE))
        .handler(context -> answer(context, run(handler, context), true));
    return this;
  }

  /** A route of the admin API that makes something out of a body of any content type. */
  Routes post(final String path, final Function<byte[], Future<JsonText>> handler) {
    mount(ADMIN + path, List.of(HttpMethod.POST))
        .handler(
            context ->
                answer(
                    context, exchange(context).body().compose(body -> run(handler, body)), true));
    return this;
  }

  /** A route of the admin API that does something to what its path names, with a body. */
  Routes postOn(
      final String path, final BiFunction<RoutingContext, byte[], Future<JsonText>> handler) {
    mount(ADMIN + path, List.of(HttpMethod.POST))
        .handler(
            context ->
                answer(
                    context,
                    exchange(context)
                        .body()
                        .compose(body -> run(given -> handler.apply(context, given), body)),
                    true));
    return this;
  }

  /** A route of the admin API that does something to what its path names; a body is ignored. */
  Routes postTo(final String path, final Function<RoutingContext, Future<JsonText>> handler) {
    mount(ADMIN + path, List.of(HttpMethod.POST))
        .handler(context -> answer(context, run(handler, context), true));
    return this;
  }

  /** The methods that this path can be asked with, as the Allow header shows them. */
  String allowed(final String path) {
    final List<String> segments = segments(path);
    final TreeSet<String> methods = new TreeSet<>();
    methods.add(HttpMethod.OPTIONS.name());
    mounted.stream()
        .filter(route -> route.matches(segments))
        .forEach(route -> route.methods.forEach(method -> methods.add(method.name())));
    return String.join(", ", methods);
  }

  static Exchange exchange(final RoutingContext context) {
    return context.get(EXCHANGE);
  }

  private Route mount(final String path, final List<HttpMethod> methods) {
    mounted.add(new Mounted(segments(path), methods));
    final Route route = router.route(path);
    methods.forEach(route::method);
    return route;
  }

  private static List<String> segments(final String path) {
    return Arrays.stream(path.split("/", -1)).filter(segment -> !segment.isEmpty()).toList();
  }

  private static <T> Future<JsonText> run(
      final Function<T, Future<JsonText>> handler, final T input) {
    try {
      return handler.apply(input);
    } catch (final RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static void answer(
      final RoutingContext context, final Future<JsonText> data, final boolean wrapped) {
    final Exchange exchange = exchange(context);
    data.onSuccess(json -> exchange.json(200, wrapped ? envelope(json) : json.toBuffer()))
        .onFailure(
            cause -> {
              final Refusal refusal = Problems.refusal(cause);
              exchange.error(refusal.status(), refusal.message());
            });
  }

  private static Buffer envelope(final JsonText data) {
    return Buffer.buffer(data.toBuffer().length() + 16)
        .appendString("{\"data\":")
        .appendBuffer(data.toBuffer())
        .appendString("}");
  }
}
