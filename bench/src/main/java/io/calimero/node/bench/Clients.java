// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Clients of one server, all on one event loop, which is what their process costs. */
final class Clients implements AutoCloseable {
  private static final byte[] RESULT = "\"result\"".getBytes(StandardCharsets.US_ASCII);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpClientAgent http = vertx.createHttpClient(new HttpClientOptions());

  /** Runs a load against a server, and returns when it is over. */
  Load.Result run(final Load load, final ProcessHandle server) throws IOException {
    final Run run = new Run(load);
    final List<Future<?>> ends = new ArrayList<>();
    for (int i = 0; i < load.clients(); i++) {
      ends.add(connect(load).compose(run::client));
    }
    await(load.warmUp().toMillis());
    final Cpu before = Cpu.now(server);
    final long begun = System.nanoTime();
    vertx.runOnContext(_ -> run.measure());
    await(load.measured().toMillis());
    final double seconds = (System.nanoTime() - begun) / 1e9;
    final Cpu.Use use = Cpu.now(server).since(before);
    vertx.runOnContext(_ -> run.stop());
    Future.join(ends).await();
    return new Load.Result(run.latencies, seconds, run.errors, run.firstError, use);
  }

  private void await(final long millis) {
    final Promise<Boolean> over = Promise.promise();
    vertx.setTimer(Math.max(1, millis), _ -> over.complete(true));
    over.future().await();
  }

  private Future<HttpClientConnection> connect(final Load load) {
    return http.connect(new HttpConnectOptions().setHost("127.0.0.1").setPort(load.port()));
  }

  @Override
  public void close() {
    vertx.close().await();
  }

  /** Everything here happens on the event loop. */
  private static final class Run {
    private final Load load;
    private final RequestOptions options;
    private Latencies latencies = new Latencies();
    private long from = Long.MAX_VALUE;
    private long sent;
    private long errors;
    private Optional<String> firstError = Optional.empty();
    private boolean stopped;

    Run(final Load load) {
      this.load = load;
      options = new RequestOptions().setMethod(HttpMethod.POST).setURI(load.path());
    }

    void measure() {
      latencies = new Latencies();
      errors = 0;
      from = System.nanoTime();
    }

    void stop() {
      stopped = true;
    }

    Future<?> client(final HttpClientConnection connection) {
      final Promise<Boolean> over = Promise.promise();
      next(connection, over);
      return over.future().eventually(connection::close);
    }

    private void next(final HttpClientConnection connection, final Promise<Boolean> over) {
      if (stopped) {
        over.complete(true);
        return;
      }
      final long begun = System.nanoTime();
      connection
          .request(options)
          .compose(request -> request.send(load.request().apply(sent++)))
          .compose(response -> response.body())
          .onSuccess(
              body -> {
                ended(begun, body);
                next(connection, over);
              })
          .onFailure(over::fail);
    }

    private void ended(final long begun, final Buffer body) {
      if (!isResult(body)) {
        errors++;
        firstError = firstError.or(() -> Optional.of(body.toString()));
      } else if (begun >= from && !stopped) {
        latencies.add(System.nanoTime() - begun);
      }
    }

    private static boolean isResult(final Buffer body) {
      // {"jsonrpc":"2.0","id":1,"result":…}: the beginning is always the same
      final int at = 24;
      if (body.length() < at + RESULT.length) {
        return false;
      }
      for (int i = 0; i < RESULT.length; i++) {
        if (body.getByte(at + i) != RESULT[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
