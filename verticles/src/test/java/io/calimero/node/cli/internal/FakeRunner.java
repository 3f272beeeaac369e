// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.node.NodeRunner;
import io.calimero.node.cli.internal.terminal.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Starts nodes that are nothing but their address. */
final class FakeRunner implements NodeRunner {
  final List<String> calls = new ArrayList<>();
  final AtomicInteger stops = new AtomicInteger();
  final CountDownLatch ended = new CountDownLatch(1);
  private final String url;
  private Optional<Failure> refusal = Optional.empty();
  private Runnable whileStopping = () -> {};
  private List<String> notes = List.of();
  private Runnable started = () -> {};

  FakeRunner(final String url) {
    this.url = url;
  }

  FakeRunner refusing(final Failure failure) {
    refusal = Optional.of(failure);
    return this;
  }

  FakeRunner whileStopping(final Runnable action) {
    whileStopping = action;
    return this;
  }

  FakeRunner notes(final String... values) {
    notes = List.of(values);
    return this;
  }

  /** What happens as soon as somebody waits for the node's end. */
  FakeRunner whenAwaited(final Runnable action) {
    started = action;
    return this;
  }

  @Override
  public String version() {
    return "calimero 1.2.3";
  }

  @Override
  public boolean initialise(final Path home, final boolean force) {
    calls.add("initialise " + home + (force ? " force" : ""));
    return calls.size() == 1;
  }

  @Override
  public Running start(final Start start) {
    calls.add("start " + start);
    if (refusal.isPresent()) {
      throw refusal.get();
    }
    return new Running() {
      @Override
      public Description description() {
        return new Description(
            "1.2.3", "25.0.1", true, start.home(), List.of(url), url, "2428 (not open)", "", notes);
      }

      @Override
      public void awaitStop() throws InterruptedException {
        started.run();
        ended.await();
      }

      @Override
      public void stop() {
        stops.incrementAndGet();
        whileStopping.run();
        ended.countDown();
      }
    };
  }
}
