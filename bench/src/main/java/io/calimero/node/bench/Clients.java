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
    return run(List.of(load), List.of(server));
  }

  /**
   * Runs loads at the same time, for as long as the first of them says, and returns when that is
   * over.
   *
   * @param servers whose processor time is measured
   * @return all of it together
   */
  Load.Result run(final List<Load> loads, final List<ProcessHandle> servers) throws IOException {
    final List<Run> runs = loads.stream().map(Run::new).toList();
    final List<Future<?>> ends = new ArrayList<>();
    for (final Run run : runs) {
      for (int i = 0; i < run.load.clients(); i++) {
        ends.add(connect(run.load).compose(run::client));
      }
    }
    await(loads.getFirst().warmUp().toMillis());
    final Cpu before = Cpu.now(servers);
    final long begun = System.nanoTime();
    vertx.runOnContext(_ -> runs.forEach(Run::measure));
    await(loads.getFirst().measured().toMillis());
    final double seconds = (System.nanoTime() - begun) / 1e9;
    final Cpu.Use use = Cpu.now(servers).since(before);
    vertx.runOnContext(_ -> runs.forEach(Run::stop));
    Future.join(ends).await();
    return together(runs, seconds, use);
  }

  private static Load.Result together(
      final List<Run> runs, final double seconds, final Cpu.Use use) {
    final Latencies latencies = new Latencies();
    long errors = 0;
    Optional<String> firstError = Optional.empty();
    for (final Run run : runs) {
      latencies.add(run.latencies);
      errors += run.errors;
      firstError = firstError.or(() -> run.firstError);
    }
    return new Load.Result(latencies, seconds, errors, firstError, use);
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
