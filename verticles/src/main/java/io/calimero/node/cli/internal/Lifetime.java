// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.node.NodeRunner.Running;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Text;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a node that runs in this process comes to its end: asked to, or by itself. */
final class Lifetime {
  // Of the platform, since a prompt blocks on the terminal; daemons, so that none holds the
  // process.
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().daemon().name("command-line-", 0).factory();

  private final Running node;
  private final Workplace workplace;
  private final Duration stopLimit;
  private final CompletableFuture<ExitCode> end = new CompletableFuture<>();
  private Optional<PromptSession> prompt = Optional.empty();

  /** The life of a node that has been started; from now on signals ask it to stop. */
  Lifetime(final Running node, final Workplace workplace, final Duration stopLimit) {
    this.node = node;
    this.workplace = workplace;
    this.stopLimit = stopLimit;
    workplace.machine().stopSignals().accept(() -> end.complete(ExitCode.OK));
    THREADS.newThread(this::watch).start();
  }

  /** Opens a prompt; its end asks the node to stop, unless it ends by a mistake of ours. */
  void openPrompt(final Workplace.Attachment attachment) {
    final PromptSession session = PromptSession.open(workplace.at(attachment));
    prompt = Optional.of(session);
    THREADS
        .newThread(
            () -> {
              try {
                session.run();
                end.complete(ExitCode.OK);
              } catch (final RuntimeException | StackOverflowError e) {
                workplace
                    .console()
                    .error(
                        "the prompt broke: " + Text.clean(e.toString()),
                        "The node goes on; Control-C stops it.");
              }
            })
        .start();
  }

  /** Waits for the end of the node, and sees to it that it is an orderly one. */
  ExitCode await() {
    final ExitCode reason = end.join();
    if (reason != ExitCode.OK) {
      // Said here, not by who noticed it: the process may end before that one has come to say it.
      workplace.console().error("the node has stopped by itself", "");
    }
    prompt.ifPresent(PromptSession::close);
    final ExitCode stopped = stop();
    return reason == ExitCode.OK ? stopped : reason;
  }

  /** Stops the node, within the limit. */
  ExitCode stop() {
    final CompletableFuture<Void> stopped =
        CompletableFuture.runAsync(node::stop, Executors.newThreadPerTaskExecutor(THREADS));
    try {
      stopped.get(stopLimit.toMillis(), TimeUnit.MILLISECONDS);
      return ExitCode.OK;
    } catch (final TimeoutException e) {
      workplace
          .console()
          .error(
              "the node did not stop within " + stopLimit.toSeconds() + " s and is ended",
              "Nothing that was answered is lost: it is in the log.");
    } catch (final ExecutionException e) {
      workplace.console().error("the node did not stop in order: " + e.getCause(), "");
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.FAILED;
  }

  private void watch() {
    try {
      node.awaitStop();
      end.complete(ExitCode.FAILED);
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
