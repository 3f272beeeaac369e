// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.FollowedUp;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.MembershipMessages.Diverged;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.keys.EpochKeyStore;
import io.calimero.node.storage.keys.KeyStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A core whose every step is taken by the test, on the test's own thread. */
final class CoreFixture implements Notices {
  final ManualLog log = new ManualLog();
  final ManualExecution execution = new ManualExecution();
  final List<Object> notices = new ArrayList<>();
  final KeyStore keys;
  final EpochKeyStore epochKeys;
  BlobStore blobs;
  ContextCore core;

  final ManualOthers others = new ManualOthers();
  private final Path home;
  private final ContextOptions options;
  private final Queue<Runnable> loop = new ArrayDeque<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::due).thenComparingLong(Timer::order));
  private long now = 1_000_000;
  private long order;

  private record Timer(long due, long order, Runnable task) {}

  CoreFixture(final Path home, final ContextOptions options) {
    this.home = home;
    this.options = options;
    keys = KeyStore.open(home.resolve("keys"), Access.READ_WRITE);
    epochKeys = EpochKeyStore.open(home.resolve("keys").resolve("epochs"), Access.READ_WRITE);
    blobs = BlobStore.open(home.resolve("blobs"), Access.READ_WRITE);
    core = open();
  }

  /** A new core over the same stores, as after a restart. */
  void restart() {
    core.stop();
    settle();
    timers.clear();
    core.close();
    core = open();
    core.start();
  }

  /** A new core over what is on disk, as after a crash: nothing that was under way goes on. */
  void crash() {
    loop.clear();
    timers.clear();
    log.lose();
    core.close();
    loop.clear();
    blobs = BlobStore.open(home.resolve("blobs"), Access.READ_WRITE);
    core = open();
    core.start();
    settle();
  }

  private ContextCore open() {
    return new ContextCore(
        new ContextCore.Stores(log, blobs, keys, epochKeys, home.resolve("configurations")),
        new ContextCore.Surroundings(
            loop::add,
            loop::add,
            () -> now++,
            new SecureRandom(),
            (delay, task) -> timers.add(new Timer(now + delay.toNanos(), order++, task))),
        execution,
        others,
        this,
        options);
  }

  /** Lets time pass, and does what is to be done meanwhile. */
  void pass(final Duration time) {
    final long end = now + time.toNanos();
    settle();
    while (!timers.isEmpty() && timers.element().due <= end) {
      final Timer next = timers.remove();
      now = Math.max(now, next.due);
      next.task.run();
      settle();
    }
    now = Math.max(now, end);
  }

  /** Does everything that can be done now. */
  void settle() {
    while (!loop.isEmpty()) {
      loop.remove().run();
    }
  }

  /** The result of something that can be done at once. */
  <T> T get(final CompletableFuture<T> future) {
    settle();
    if (!future.isDone()) {
      throw new AssertionError("it still waits for something");
    }
    return future.join();
  }

  /** Why something failed at once. */
  Problem problem(final CompletableFuture<?> future) {
    settle();
    try {
      future.join();
    } catch (final CompletionException e) {
      if (e.getCause() instanceof NodeException expected) {
        return expected.problem();
      }
      throw e;
    }
    throw new AssertionError("it should have failed");
  }

  Path file(final String name, final String content) {
    try {
      return Files.writeString(home.resolve(name), content);
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Application install(final String name) {
    final Path file = file(name, "a module named " + name);
    return get(core.install(new Install(file.toUri().toString(), Optional.empty(), Bytes.EMPTY)));
  }

  Created create() {
    return get(core.create(new Create(install("app").id(), Optional.empty(), Bytes.EMPTY)));
  }

  CompletableFuture<Answer> submit(final ContextId context, final String method) {
    return submit(context, method, "{}");
  }

  CompletableFuture<Answer> submit(
      final ContextId context, final String method, final String arguments) {
    final CompletableFuture<Answer> answer =
        core.submit(
            new Submit(context, Optional.empty(), method, Bytes.utf8(arguments), Optional.empty()));
    settle();
    return answer;
  }

  @Override
  public void committed(final Committed notice) {
    notices.add(notice);
  }

  @Override
  public void created(final Created notice) {
    notices.add(notice);
  }

  @Override
  public void gone(final Gone notice) {
    notices.add(notice);
  }

  @Override
  public void diverged(final Diverged notice) {
    notices.add(notice);
  }

  @Override
  public void pending(final TransactionPending notice) {
    notices.add(notice);
  }

  @Override
  public void rejected(final TransactionRejected notice) {
    notices.add(notice);
  }

  @Override
  public void expired(final TransactionExpired notice) {
    notices.add(notice);
  }

  @Override
  public void followedUp(final FollowedUp notice) {
    notices.add(notice);
  }
}
