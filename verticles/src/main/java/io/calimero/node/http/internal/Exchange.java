// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Holds a place among the requests in flight, and the memory of its
 * body, until the answer has left or the connection is gone.
 */
final class Exchange {
  private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final CharSequence CLOSE = HttpHeaders.createOptimized("close");
  private static final CharSequence SECOND = HttpHeaders.createOptimized("1");

  private static final Buffer EMPTY = Buffer.buffer(0);

  private final HttpServerRequest request;
  private final Admission admission;
  private @Nullable Promise<?> body;
  private Buffer received = EMPTY;
  private boolean receivedIsOurs;
  private boolean cutOff;
  private boolean over;

  Exchange(final HttpServerRequest request, final Admission admission) {
    this.request = request;
    this.admission = admission;
  }

  HttpServerRequest request() {
    return request;
  }

  /**
   * Reads the body, whatever its content type. Fails with a {@link Refusal}: 413 if it is too
   * large, 408 if it takes too long, 503 if there is no memory for it.
   */
  Future<byte[]> body() {
    final Promise<byte[]> promise = Promise.promise();
    body = promise;
    if (!begins(admission.limits().bodySize())) {
      return promise.future();
    }
    request.handler(this::receive);
    request.endHandler(
        _ -> {
          admission.working(this);
          promise.tryComplete(received.getBytes());
        });
    return promise.future();
  }

  private boolean begins(final long maximum) {
    if (request.response().closed()) {
      cutOff(Refusal.badRequest("the connection was closed before the body was complete"));
      return false;
    }
    if (declaredLength() > maximum) {
      cutOff(tooLarge(maximum));
      return false;
    }
    if (request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true)) {
      request.response().writeContinue();
    }
    admission.readingBody(this);
    request.exceptionHandler(
        _ -> cutOff(Refusal.badRequest("the connection was closed before the body was complete")));
    return true;
  }

  /**
   * Has a body taken part by part, so that it is never in memory as a whole. Each part may take as
   * long to arrive as otherwise a body, and the next one is read when the one before is taken. The
   * request must have been paused since it came. Fails as {@link #body} does, or as a part does.
   *
   * @param size the bytes of each part, about, but for the last; there is one at least
   * @param maximum how many bytes the body may have
   * @param taker takes a part
   * @return the bytes of the body
   */
  Future<Long> bodyInParts(
      final int size, final long maximum, final Function<byte[], Future<?>> taker) {
    final Promise<Long> promise = Promise.promise();
    body = promise;
    if (begins(maximum)) {
      new BodyParts(
              request,
              size,
              part -> {
                admission.working(this);
                return taker.apply(part).onSuccess(_ -> admission.readingBody(this));
              })
          .read(
              promise,
              total -> {
                if (total > maximum) {
                  cutOff(tooLarge(maximum));
                }
                return !cutOff;
              });
    }
    return promise.future().onSuccess(_ -> admission.working(this));
  }

  /** Answers with a refusal; what is still to come of the body is not wanted. */
  void refuse(final Refusal refusal) {
    cutOff = true;
    request.resume();
    error(refusal.status(), refusal.message());
  }

  /**
   * Answers with status 200 and content that is read part by part, the next one when the client has
   * taken the one before, each within the time of a response. Headers are the caller's. If a part
   * cannot be read the connection ends, so that nobody takes what came for the whole.
   *
   * @param length how many bytes there are
   * @param source gives the part behind an offset, which is not empty
   * @return completes when the answer has left, or does not any more
   */
  Future<?> parts(final long length, final LongFunction<Future<Buffer>> source) {
    final HttpServerResponse response = request.response();
    if (over || response.ended() || response.closed()) {
      end();
      return Future.succeededFuture();
    }
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
    if (request.method().equals(HttpMethod.HEAD) || length == 0) {
      admission.responding(this);
      return response.end().onComplete(_ -> end());
    }
    final Promise<Void> sent = Promise.promise();
    part(0, length, source, sent);
    return sent.future()
        .onFailure(_ -> Connections.cutOff(request.connection()))
        .onComplete(_ -> end());
  }

  private void part(
      final long from,
      final long length,
      final LongFunction<Future<Buffer>> source,
      final Promise<Void> sent) {
    final HttpServerResponse response = request.response();
    admission.working(this);
    final Future<Void> _ =
        source
            .apply(from)
            .compose(
                part -> {
                  admission.responding(this);
                  final long next = from + part.length();
                  if (part.length() == 0 || next > length) {
                    return Future.failedFuture("the content has another length");
                  }
                  return next == length
                      ? response.end(part).onSuccess(sent::tryComplete)
                      : response.write(part).onSuccess(_ -> part(next, length, source, sent));
                })
            .onFailure(sent::tryFail);
  }

  /** Ends an exchange whose body has not arrived in time; false if it is not waiting for one. */
  boolean bodyIsLate() {
    if (body == null || body.future().isComplete()) {
      return false;
    }
    cutOff(
        new Refusal(
            408,
            "the body did not arrive within " + admission.limits().bodyTime().toMillis() + " ms"));
    return true;
  }

  void json(final int status, final Buffer content) {
    answer(status, JSON, content);
  }

  /** Answers with the error shape of the admin API. */
  void error(final int status, final String message) {
    answer(status, JSON, new JsonText().raw("{\"error\":").string(message).raw("}").toBuffer());
  }

  void text(final int status, final String message) {
    answer(status, TEXT, Buffer.buffer(message));
  }

  void content(final int status, final CharSequence type, final Buffer content) {
    answer(status, type, content);
  }

  void noContent() {
    request.response().setStatusCode(204).end().onComplete(_ -> end());
  }

  /** Leaves the response to the caller, for as long as it likes. */
  void stream() {
    over = true;
    admission.streaming(this);
  }

  /**
   * Leaves the connection to the caller, who runs what is returned once when it is closed.
   *
   * @see Admission#upgrading
   */
  Runnable upgrade() {
    over = true;
    return admission.upgrading(this);
  }

  private void answer(final int status, final CharSequence type, final Buffer content) {
    final HttpServerResponse response = request.response();
    if (over || response.ended() || response.closed()) {
      end();
      return;
    }
    response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type);
    if (status == 503) {
      response.putHeader(HttpHeaders.RETRY_AFTER, SECOND);
    }
    if (cutOff) {
      response.putHeader(HttpHeaders.CONNECTION, CLOSE);
      if (request.isEnded()) {
        response.endHandler(_ -> request.connection().close());
      } else {
        request.endHandler(_ -> request.connection().close());
      }
    }
    admission.responding(this);
    response.end(content).onComplete(_ -> end());
  }

  private void receive(final Buffer chunk) {
    if (cutOff) {
      return;
    }
    if (received.length() + (long) chunk.length() > admission.limits().bodySize()) {
      cutOff(tooLarge(admission.limits().bodySize()));
    } else if (admission.buffer(chunk.length())) {
      append(chunk);
    } else {
      cutOff(new Refusal(503, "the node has no memory left for this body: try again"));
    }
  }

  /** Most bodies are one chunk, which is used as it is; more are put together in one buffer. */
  private void append(final Buffer chunk) {
    if (received.length() == 0) {
      received = chunk;
      return;
    }
    if (!receivedIsOurs) {
      received = Buffer.buffer(received.length() + chunk.length()).appendBuffer(received);
      receivedIsOurs = true;
    }
    received.appendBuffer(chunk);
  }

  /** The rest of the body is not wanted: the answer says why and the connection ends with it. */
  private void cutOff(final Refusal refusal) {
    cutOff = true;
    if (body != null) {
      body.tryFail(refusal);
    }
  }

  private void end() {
    if (!over) {
      over = true;
      if (cutOff) {
        admission.draining(this);
      }
      admission.end(this, received.length());
      received = EMPTY;
    }
  }

  private static Refusal tooLarge(final long maximum) {
    return new Refusal(413, "the body is larger than " + maximum + " bytes");
  }

  private long declaredLength() {
    final String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return declared == null ? 0 : Long.parseLong(declared);
    } catch (final NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}
