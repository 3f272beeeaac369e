// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * What clients do: each sends a request, waits for the answer, and sends the next.
 *
 * @param port where on the loopback
 * @param path to where the requests are posted
 * @param clients how many, each with a connection of its own
 * @param warmUp how long before anything is counted
 * @param measured how long then
 * @param request the body of the request of that number, which no other client sends
 */
record Load(
    int port,
    String path,
    int clients,
    Duration warmUp,
    Duration measured,
    LongFunction<Buffer> request) {

  /**
   * What came of it.
   *
   * @param latencies of the requests that began and ended within the measured time
   * @param seconds the measured time
   * @param errors how many answers were errors
   * @param firstError the first of them, in the warm-up or later
   * @param cpu what the processors did meanwhile
   */
  record Result(
      Latencies latencies, double seconds, long errors, Optional<String> firstError, Cpu.Use cpu) {
    double perSecond() {
      return latencies.count() / seconds;
    }

    /** Microseconds of processor time that the server spent for each request. */
    double serverMicros() {
      return cpu.server() * 1e6 / latencies.count();
    }

    /** The same of each of several servers, for each request to any of them. */
    List<Double> eachServerMicros() {
      return cpu.servers().stream().map(seconds -> seconds * 1e6 / latencies.count()).toList();
    }

    JsonObject toJson() {
      return new JsonObject()
          .put("perSecond", perSecond())
          .put("seconds", seconds)
          .put("errors", errors)
          .put("firstError", firstError.orElse(""))
          .put("serverCpuMicrosPerRequest", serverMicros())
          .put("clientCpuMicrosPerRequest", cpu.client() * 1e6 / latencies.count())
          .put("cpu", cpu.toJson())
          .put("latency", latencies.toJson());
    }
  }
}
