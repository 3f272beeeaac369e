// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution;

import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.AuthorSide.Reply;
import io.calimero.node.wasm.AuthorSide.Request;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * Makes the requests of calls that their author vouches for. Bounded in time and size; redirects
 * are not followed, since they lead to where the context has not allowed. A name that leads into a
 * private network, or to this machine, is not followed either: only an address that the context
 * spells out is, or {@code localhost}.
 */
final class OutsideClient {
  /** How many bytes an answer may have. */
  static final int ANSWER_BYTES = 4 * 1024 * 1024;

  private static final int CONNECTIONS = 16;
  private static final int WAITING = 64;

  private final Vertx vertx;
  private final HttpClient client;
  private final Duration timeout;

  OutsideClient(final Vertx vertx, final Duration timeout) {
    this.vertx = vertx;
    this.timeout = timeout;
    client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setKeepAlive(false)
                .setConnectTimeout((int) timeout.toMillis())
                .setMaxHeaderSize(32 * 1024),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING));
  }

  /** Makes a request. Never fails. */
  Future<Reply> ask(final Request request) {
    final Promise<Reply> reply = Promise.promise();
    final long timer =
        vertx.setTimer(
            timeout.toMillis(),
            _ ->
                reply.tryComplete(
                    Reply.failed("fetch: no answer within " + timeout.toMillis() + " ms")));
    final Future<Reply> _ =
        vertx
            .executeBlocking(() -> address(request.url()), false)
            .compose(address -> client.request(options(request, address)))
            .compose(out -> send(request, out, reply))
            .otherwise(failure -> Reply.failed("fetch: " + failure.getMessage()))
            .onSuccess(reply::tryComplete);
    return reply.future().onSuccess(_ -> vertx.cancelTimer(timer));
  }

  private static RequestOptions options(final Request request, final InetAddress address) {
    final URI url = request.url();
    final boolean secure = "https".equalsIgnoreCase(url.getScheme());
    final int port = url.getPort() < 0 ? (secure ? 443 : 80) : url.getPort();
    final String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return new RequestOptions()
        .setMethod(HttpMethod.valueOf(request.method()))
        .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
        .setHost(url.getHost())
        .setPort(port)
        .setSsl(secure)
        .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
        .setFollowRedirects(false);
  }

  /** Where the host of a URL is, if calls may go there. Asked once: what is checked is used. */
  private static InetAddress address(final URI url) throws UnknownHostException {
    final String host = url.getHost();
    final InetAddress address = InetAddress.getByName(host);
    final boolean spelledOut =
        host.equalsIgnoreCase("localhost")
            || host.startsWith("[")
            || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    if (!spelledOut && isInside(address)) {
      throw new UnknownHostException(host + " leads into a private network");
    }
    return address;
  }

  private static boolean isInside(final InetAddress address) {
    final byte[] bytes = address.getAddress();
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()
        || (bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc);
  }

  private static Future<Reply> send(
      final Request request, final HttpClientRequest out, final Promise<Reply> over) {
    // Whoever waited is told when it is too late; then nothing more is read
    over.future().onComplete(_ -> out.reset());
    request.headers().forEach(header -> out.headers().add(header.getKey(), header.getValue()));
    return out.send(Buffer.buffer(request.body().toByteArray()))
        .compose(response -> read(out, response));
  }

  private static Future<Reply> read(
      final HttpClientRequest out, final HttpClientResponse response) {
    final int status = response.statusCode();
    if (status >= 300) {
      out.reset();
      return Future.succeededFuture(
          Reply.failed(
              "fetch: status "
                  + status
                  + (status < 400 ? ", and redirects are not followed" : "")));
    }
    final Promise<Reply> reply = Promise.promise();
    final Buffer body = Buffer.buffer();
    response
        .handler(
            part -> {
              if (body.length() + part.length() > ANSWER_BYTES) {
                reply.tryComplete(
                    Reply.failed("fetch: the answer has more than " + ANSWER_BYTES + " bytes"));
                out.reset();
              } else {
                body.appendBuffer(part);
              }
            })
        .exceptionHandler(reply::tryFail)
        .endHandler(_ -> reply.tryComplete(new Reply(true, Bytes.wrap(body.getBytes()))));
    return reply.future();
  }
}
