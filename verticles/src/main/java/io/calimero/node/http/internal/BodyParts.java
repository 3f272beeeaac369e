// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Function;
import java.util.function.LongPredicate;

/** A body that is read part by part: while one is being taken nothing is read. */
final class BodyParts {
  private final HttpServerRequest request;
  private final int size;
  private final Function<byte[], Future<?>> taker;
  private Buffer part = Buffer.buffer();
  private long total;
  private boolean taking;
  private boolean ended;

  /**
   * A body of which nothing has been read.
   *
   * @param request paused since it came
   * @param size the bytes of a part, about
   * @param taker takes a part
   */
  BodyParts(
      final HttpServerRequest request, final int size, final Function<byte[], Future<?>> taker) {
    this.request = request;
    this.size = size;
    this.taker = taker;
  }

  /**
   * Reads to the end, which gives the bytes in all.
   *
   * @param done completed when the last part was taken; if it fails otherwise, nothing more is
   *     taken, and what comes is dropped
   * @param wanted whether so many bytes are wanted
   */
  void read(final Promise<Long> done, final LongPredicate wanted) {
    request.handler(
        chunk -> {
          if (done.future().isComplete() || !wanted.test(total + chunk.length())) {
            return;
          }
          total += chunk.length();
          part.appendBuffer(chunk);
          if (part.length() >= size && !taking) {
            take(done);
          }
        });
    request.endHandler(
        _ -> {
          ended = true;
          if (!taking && !done.future().isComplete()) {
            take(done);
          }
        });
    request.resume();
  }

  private void take(final Promise<Long> done) {
    final boolean last = ended;
    final byte[] bytes = part.getBytes();
    part = Buffer.buffer();
    taking = true;
    request.pause();
    taker
        .apply(bytes)
        .onSuccess(
            _ -> {
              taking = false;
              if (last) {
                done.tryComplete(total);
              } else if (ended) {
                take(done);
              } else {
                request.resume();
              }
            })
        .onFailure(
            cause -> {
              done.tryFail(cause);
              request.resume();
            });
  }
}
