// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.ContextOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ApplicationMessages.Install;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Execute;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.storage.log.LogException;
import io.calimero.node.storage.log.StreamId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextCoreTest {
  private static final ContextOptions SMALL =
      new ContextOptions(4, 1 << 20, 2, 2, 1 << 20, Duration.ofSeconds(1), 77, true);

  @TempDir private Path home;
  private CoreFixture node;

  @BeforeEach
  void open() {
    node = new CoreFixture(home, SMALL);
  }

  private static long position(final Answer answer) {
    return ((Written) answer).position();
  }

  @Test
  void aContextAndItsInitAreOneGroupInTheLog() {
    node.log.hold();
    final Application application = installHeld();
    final CompletableFuture<Created> created =
        node.core.create(new Create(application.id(), Optional.empty(), Bytes.EMPTY));
    node.settle();
    assertThat(created).isNotDone();
    assertThat(node.log.waiting()).isEqualTo(1);
    node.log.force();
    final Created done = node.get(created);
    final List<Entry.Logged> entries =
        node.get(node.core.read(new ReadLog(done.context(), 1, 10, 1 << 20))).entries();
    assertThat(entries).hasSize(2);
    assertThat(Hosted.genesis(entries.getFirst().entry()).orElseThrow().limits())
        .as("the gas that this node gives to contexts")
        .isEqualTo(Limits.DEFAULT.withGas(77));
    assertThat(entries.getLast().entry().payload()).isInstanceOf(Entry.Executed.class);
    assertThat(entries).allMatch(entry -> entry.signed().verify(done.member()));
    assertThat(node.keys.list()).containsExactly(done.member());
    assertThat(node.notices).hasSize(2).first().isInstanceOf(Committed.class);
  }

  @Test
  void aCreatorMayNameTheGasUpToWhatTheNodeAllows() {
    final ApplicationId application = node.install("app").id();
    for (final long gas : new long[] {1, ContextOptions.GAS_MAX}) {
      final ContextId context =
          node.get(node.core.create(naming(application, Optional.of(gas)))).context();
      assertThat(node.get(node.core.limits(context))).isEqualTo(Limits.DEFAULT.withGas(gas));
    }
    final List<Summary> before = node.core.contexts();
    for (final long gas : new long[] {0, -1, Long.MIN_VALUE, ContextOptions.GAS_MAX + 1}) {
      assertThat(node.problem(node.core.create(naming(application, Optional.of(gas)))))
          .satisfies(
              problem -> {
                assertThat(problem.code()).isEqualTo(Code.INVALID_REQUEST);
                assertThat(problem.message())
                    .isEqualTo(
                        "the gas must be from 1 to 10000000000 (contexts.gas-max of the node), not "
                            + gas);
              });
    }
    assertThat(node.core.contexts()).isEqualTo(before);
    assertThat(node.problem(node.core.limits(new ContextId(Hash.ZERO))).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
  }

  private static Create naming(final ApplicationId application, final Optional<Long> gas) {
    return new Create(application, Optional.empty(), Bytes.EMPTY, gas);
  }

  private Application installHeld() {
    final CompletableFuture<Application> installing =
        node.core.install(
            new Install(
                node.file("app", "a module named app").toUri().toString(),
                Optional.empty(),
                Bytes.EMPTY));
    node.settle();
    node.log.force();
    return node.get(installing);
  }

  @Test
  void aFailingInitLeavesNothingBehind() {
    final Application application = node.install("app");
    final Create failing = new Create(application.id(), Optional.of(Hash.ZERO), Bytes.utf8("fail"));
    assertThat(node.problem(node.core.create(failing)))
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(Code.INIT_FAILED);
              assertThat(problem.message()).isEqualTo("guest panicked: as the test says");
            });
    assertThat(node.core.contexts()).isEmpty();
    assertThat(node.keys.list()).isEmpty();
    assertThat(node.notices).hasSize(1).first().isInstanceOf(Gone.class);
    // The name is free again.
    node.get(node.core.create(new Create(application.id(), Optional.of(Hash.ZERO), Bytes.EMPTY)));
    assertThat(node.problem(node.core.create(failing)).code()).isEqualTo(Code.CONTEXT_EXISTS);
  }

  @Test
  void aContextThatCannotBeStoredLeavesNothingBehind() {
    final Application application = node.install("app");
    node.log.hold();
    final CompletableFuture<Created> created =
        node.core.create(new Create(application.id(), Optional.empty(), Bytes.EMPTY));
    node.settle();
    node.log.fail(LogException.Code.STORAGE_FULL);
    assertThat(node.problem(created).code()).isEqualTo(Code.STORAGE_FULL);
    assertThat(node.core.contexts()).isEmpty();
    assertThat(node.keys.list()).isEmpty();
  }

  @Test
  void anApplicationWithoutInitBeginsWithTheFirstEntryAlone() {
    final Created created =
        node.get(
            node.core.create(
                new Create(node.install("app").id(), Optional.empty(), Bytes.utf8("none"))));
    assertThat(node.get(node.core.context(created.context())).head().position()).isEqualTo(1);
  }

  @Test
  void aContextNeedsAnInstalledApplication() {
    final Create create = new Create(new ApplicationId(Hash.ZERO), Optional.empty(), Bytes.EMPTY);
    assertThat(node.problem(node.core.create(create)).code())
        .isEqualTo(Code.APPLICATION_NOT_INSTALLED);
  }

  @Test
  void nobodyIsAnsweredBeforeTheForce() {
    final ContextId context = node.create().context();
    node.log.hold();
    final CompletableFuture<Answer> write = node.submit(context, "set");
    assertThat(write).isNotDone();
    assertThat(node.get(node.core.context(context)).head().position()).isEqualTo(2);
    node.log.force();
    assertThat(position(node.get(write))).isEqualTo(3);
    assertThat(node.get(node.core.context(context)).head().position()).isEqualTo(3);
  }

  @Test
  void concurrentWritersAreAllAcceptedInTheirOrder() {
    final ContextId context = node.create().context();
    final List<CompletableFuture<Answer>> writes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      writes.add(
          node.core.submit(
              new Submit(context, Optional.empty(), "set", Bytes.utf8("" + i), Optional.empty())));
    }
    node.settle();
    assertThat(writes.stream().map(CompletableFuture::join).map(ContextCoreTest::position))
        .containsExactly(3L, 4L, 5L, 6L);
    assertThat(node.execution.requests()).allMatch(r -> r.transactions().size() <= 2);
  }

  @Test
  void aReadWaitsForTheEntriesItSaw() {
    final ContextId context = node.create().context();
    node.log.hold();
    final CompletableFuture<Answer> write = node.submit(context, "set");
    final CompletableFuture<Answer> read = node.submit(context, "get");
    assertThat(read).isNotDone();
    node.log.force();
    assertThat(node.get(write)).isInstanceOf(Written.class);
    assertThat(node.get(read)).isEqualTo(new Read(3, ((Read) read.join()).outcome()));
  }

  @Test
  void aCallThatFailsLeavesNoEntry() {
    final ContextId context = node.create().context();
    assertThat(node.get(node.submit(context, "fail")))
        .isInstanceOfSatisfying(
            Failed.class, failed -> assertThat(failed.logs()).containsExactly("a log"));
    assertThat(node.get(node.core.context(context)).head().position()).isEqualTo(2);
  }

  @Test
  void theRestOfABatchThatWasCutShortIsRunNext() {
    final ContextId context = node.create().context();
    node.execution.runAtMost(1);
    node.log.hold();
    final CompletableFuture<Answer> blocking = node.submit(context, "set");
    final CompletableFuture<Answer> second = node.submit(context, "set");
    final CompletableFuture<Answer> third = node.submit(context, "set");
    while (node.log.waiting() > 0) {
      node.log.force();
      node.settle();
    }
    assertThat(List.of(blocking, second, third))
        .map(CompletableFuture::join)
        .map(ContextCoreTest::position)
        .containsExactly(3L, 4L, 5L);
  }

  @Test
  void aFailedAppendFailsItsWritersAndWhatWasBuiltOnItIsDoneAgain() {
    final ContextId context = node.create().context();
    node.log.hold();
    final CompletableFuture<Answer> refused = node.submit(context, "set");
    final CompletableFuture<Answer> retried = node.submit(context, "set");
    assertThat(node.log.waiting()).isEqualTo(2);
    node.log.fail(LogException.Code.STORAGE_FULL);
    assertThat(node.problem(refused).code()).isEqualTo(Code.STORAGE_FULL);
    assertThat(retried).isNotDone();
    node.log.force();
    assertThat(position(node.get(retried))).isEqualTo(3);
    final Execute last = node.execution.requests().getLast();
    assertThat(last.base().position()).isEqualTo(2);
  }

  @Test
  void whatWasBuiltOnARefusedAppendIsNotTakenForItsOwnRepetition() {
    final ContextId context = node.create().context();
    node.log.refuseNext(LogException.Code.STORAGE_FULL);
    final List<CompletableFuture<Answer>> answers =
        Stream.of("a", "b", "c")
            .map(
                argument ->
                    node.core.submit(
                        new Submit(
                            context,
                            Optional.empty(),
                            "set",
                            Bytes.utf8(argument),
                            Optional.empty())))
            .toList();
    assertThat(node.problem(answers.getFirst()).code()).isEqualTo(Code.STORAGE_FULL);
    assertThat(position(node.get(answers.get(1)))).isEqualTo(3);
    assertThat(position(node.get(answers.get(2)))).isEqualTo(4);
  }

  @Test
  void aLogThatFailedRefusesEveryWriteAndStillReads() {
    final ContextId context = node.create().context();
    node.log.hold();
    final CompletableFuture<Answer> first = node.submit(context, "set");
    final CompletableFuture<Answer> second = node.submit(context, "set");
    node.log.fail(LogException.Code.FAILED);
    assertThat(node.problem(first).code()).isEqualTo(Code.LOG_FAILED);
    assertThat(node.problem(second).code()).isEqualTo(Code.LOG_FAILED);
    assertThat(node.problem(node.submit(context, "set")).code()).isEqualTo(Code.LOG_FAILED);
    assertThat(node.get(node.core.read(new ReadLog(context, 1, 10, 1))).entries()).hasSize(2);
  }

  @Test
  void moreThanTheQueueHoldsIsBusy() {
    final ContextId context = node.create().context();
    node.log.hold();
    // Two batches wait for the disk, four transactions behind them.
    for (int i = 0; i < 6; i++) {
      assertThat(node.submit(context, "set")).isNotDone();
    }
    assertThat(node.problem(node.submit(context, "set")).code()).isEqualTo(Code.BUSY);
    node.log.force();
    node.settle();
    assertThat(node.submit(context, "set")).isNotDone();
  }

  @Test
  void onlyMembersWhoseKeysAreHereMayCall() {
    final ContextId context = node.create().context();
    final Submit stranger =
        new Submit(
            context,
            Optional.of(node.get(node.core.createIdentity())),
            "set",
            Bytes.EMPTY,
            Optional.empty());
    assertThat(node.problem(node.core.submit(stranger)).code()).isEqualTo(Code.UNAUTHORIZED);
  }

  @Test
  void anUnknownContextIsSaidToBeUnknown() {
    final ContextId unknown = new ContextId(Hash.ZERO);
    assertThat(node.problem(node.submit(unknown, "set")).code()).isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(node.problem(node.core.context(unknown)).code()).isEqualTo(Code.CONTEXT_NOT_FOUND);
    assertThat(node.get(node.core.remove(unknown))).isFalse();
  }

  @Test
  void aRemovedContextIsGoneWithItsKeys() {
    final Created created = node.create();
    assertThat(node.get(node.core.remove(created.context()))).isTrue();
    assertThat(node.core.contexts()).isEmpty();
    assertThat(node.keys.list()).isEmpty();
    assertThat(node.log.head(StreamId.of(created.context()))).isEmpty();
    assertThat(node.notices.getLast()).isEqualTo(new Gone(created.context()));
    assertThat(node.problem(node.submit(created.context(), "set")).code())
        .isEqualTo(Code.CONTEXT_NOT_FOUND);
  }

  @Test
  void aRestartFindsWhatWasThere() {
    final ContextId context = node.create().context();
    node.get(node.submit(context, "set"));
    final Summary before = node.get(node.core.context(context));
    final List<Application> applications = node.core.applications();
    node.restart();
    assertThat(node.get(node.core.context(context))).isEqualTo(before);
    assertThat(node.core.applications()).isEqualTo(applications);
    deleteConfigurations();
    node.restart();
    assertThat(node.get(node.core.context(context))).isEqualTo(before);
    assertThat(position(node.get(node.submit(context, "set")))).isEqualTo(4);
  }

  private void deleteConfigurations() {
    try (Stream<Path> files = Files.list(home.resolve("configurations"))) {
      for (final Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aKeptConfigurationOfAnotherLogIsNotBelieved() throws IOException {
    final ContextId context = node.create().context();
    final Path kept = home.resolve("configurations").resolve(context + ".configuration");
    final byte[] old = Files.readAllBytes(kept);
    node.get(node.submit(context, "set"));
    final Summary before = node.get(node.core.context(context));
    old[20] ^= 1;
    node.core.close();
    Files.write(kept, old);
    node.restart();
    assertThat(node.get(node.core.context(context))).isEqualTo(before);
  }

  @Test
  void aDamagedContextRefusesWritesAndSaysWhereItIsDamaged() {
    final ContextId damaged = node.create().context();
    final ContextId whole =
        node.get(
                node.core.create(
                    new Create(
                        node.core.applications().getFirst().id(), Optional.empty(), Bytes.EMPTY)))
            .context();
    node.log.damaged(StreamId.of(damaged));
    node.restart();
    assertThat(node.problem(node.submit(damaged, "set")))
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo(Code.CONTEXT_DAMAGED);
              assertThat(problem.message()).contains("segment 0", "offset 4711");
            });
    assertThat(node.get(node.submit(whole, "set"))).isInstanceOf(Written.class);
    assertThat(node.get(node.core.remove(damaged))).isTrue();
  }

  @Test
  void anApplicationInUseStaysAndAnUnusedOneGoesWithItsBlob() {
    final Application used = node.install("app");
    node.create();
    assertThat(node.problem(node.core.removeApplication(used.id())).code())
        .isEqualTo(Code.APPLICATION_IN_USE);
    final Application other = node.install("other");
    node.get(node.core.removeApplication(other.id()));
    assertThat(node.core.applications()).containsExactly(used);
    assertThat(node.blobs.has(other.blob())).isFalse();
    assertThat(node.problem(node.core.removeApplication(other.id())).code())
        .isEqualTo(Code.APPLICATION_NOT_INSTALLED);
  }

  @Test
  void installingTwiceIsInstallingOnce() {
    assertThat(node.install("app")).isEqualTo(node.install("app"));
    assertThat(node.core.applications()).hasSize(1);
  }

  @Test
  void whatCannotBeInstalledIsRefusedWithTheReason() {
    final Path shortFile = node.file("short", "no");
    assertThat(installProblem(shortFile.toUri().toString(), Optional.empty()))
        .isEqualTo(Code.INVALID_MODULE);
    assertThat(installProblem(home.resolve("absent").toUri().toString(), Optional.empty()))
        .isEqualTo(Code.SOURCE_UNAVAILABLE);
    assertThat(installProblem(home.toUri().toString(), Optional.empty()))
        .isEqualTo(Code.SOURCE_UNAVAILABLE);
    assertThat(installProblem("ftp://somewhere/x", Optional.empty()))
        .isEqualTo(Code.INVALID_REQUEST);
    assertThat(installProblem("not a url", Optional.empty())).isEqualTo(Code.INVALID_REQUEST);
    assertThat(installProblem("http://127.0.0.1:1/x.wasm", Optional.empty()))
        .isEqualTo(Code.SOURCE_UNAVAILABLE);
    final Path good = node.file("good", "a module that is good");
    assertThat(installProblem(good.toUri().toString(), Optional.of(Hash.ZERO)))
        .isEqualTo(Code.INVALID_REQUEST);
    assertThat(node.core.applications()).isEmpty();
    assertThat(node.blobs.list()).isEmpty();
  }

  private Code installProblem(final String source, final Optional<Hash> expected) {
    return node.problem(node.core.install(new Install(source, expected, Bytes.EMPTY))).code();
  }
}
