// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static io.calimero.node.execution.internal.Cores.AT_ONCE;
import static io.calimero.node.execution.internal.Cores.NO_SNAPSHOTS;
import static io.calimero.node.execution.internal.Cores.options;
import static io.calimero.node.execution.internal.Cores.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Head;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.messages.AttestationMessages.Attempt;
import io.calimero.node.events.messages.AttestationMessages.Attest;
import io.calimero.node.events.messages.AttestationMessages.Ordinary;
import io.calimero.node.events.messages.AttestationMessages.Told;
import io.calimero.node.events.messages.AttestationMessages.Vouched;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.Failed;
import io.calimero.node.events.messages.ExecutionMessages.Replay;
import io.calimero.node.storage.privates.PrivateStore;
import io.calimero.node.wasm.AuthorSide;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.WasmEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that ask outside: run by their author's node alone, and taken over by the others. */
class AskingOutsideTest {
  private static final String ORIGIN = "http://127.0.0.1:8080";

  /** A node that asks as it is told. */
  private static final class Asking extends FakeNode {
    private final List<String> asked = new ArrayList<>();

    @Override
    public CompletableFuture<AuthorSide.Reply> ask(final AuthorSide.Request request) {
      asked.add(request.url().toString());
      return CompletableFuture.completedFuture(
          request.url().getPath().equals("/none")
              ? AuthorSide.Reply.failed("nothing there")
              : new AuthorSide.Reply(true, Bytes.utf8("what was said")));
    }
  }

  private static Bytes module() throws Exception {
    return Bytes.wrap(
        Files.readAllBytes(
            Path.of(
                Objects.requireNonNull(System.getProperty("root.dir")),
                "wasm/src/test/resources/guests/asks.wasm")));
  }

  private static ExecutionCore core(
      final Path directory, final WasmEngine engine, final FakeNode node) {
    return new ExecutionCore(
        options(directory, 100, NO_SNAPSHOTS),
        engine,
        new FakeStore(),
        Optional.of(PrivateStore.open(directory)),
        node,
        AT_ONCE,
        () -> 0);
  }

  private static Attempt ask(
      final ExecutionCore core, final FakeContext context, final String url) {
    return core.attest(
            new Attest(
                context.id(),
                context.member(),
                "ask",
                Bytes.utf8(url),
                Bytes.wrap(
                    Arrays.copyOf(
                        FakeContext.hash("id").toByteArray(), Transaction.UNIQUE_ID_LENGTH)),
                Optional.empty(),
                Optional.empty(),
                FakeContext.hash("seed"),
                FakeContext.BEGINNING))
        .join();
  }

  @Test
  void theAuthorVouchesForWhatItWasToldAndOthersTakeItOver(
      @TempDir final Path first, @TempDir final Path second) throws Exception {
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
      final Asking author = new Asking();
      final FakeContext context =
          new FakeContext(
              "asks", author.install(module()), Limits.DEFAULT.withOrigins(List.of(ORIGIN)));
      final ExecutionCore core = core(first, engine, author);
      Cores.create(core, author, context);
      final Vouched vouched = (Vouched) ask(core, context, ORIGIN + "/some");
      assertThat(vouched.returned()).contains(Bytes.utf8("what was said"));
      final Head before = author.head(context.id());
      final Effect effect =
          (Effect)
              Cores.results(
                      core.execute(context.execute(before, context.sign(vouched.transaction()))))
                  .getFirst();
      final Entry.Logged entry = context.signed(effect);
      core.committed(author.append(context.id(), List.of(entry)));
      assertThat(author.asked).containsExactly(ORIGIN + "/some");

      final Asking member = new Asking();
      member.install(module());
      final ExecutionCore other = core(second, engine, member);
      Cores.create(other, member, context);
      other.replay(new Replay(context.id(), before, List.of(entry.signed()))).join();
      other.committed(member.append(context.id(), List.of(entry)));
      assertThat(state(other, context.id())).isEqualTo(state(core, context.id()));
      assertThat(member.asked).isEmpty();
    }
  }

  @Test
  void aFailureIsForTheApplicationToHandle(@TempDir final Path directory) throws Exception {
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
      final Asking author = new Asking();
      final FakeContext context =
          new FakeContext(
              "asks", author.install(module()), Limits.DEFAULT.withOrigins(List.of(ORIGIN)));
      final ExecutionCore core = core(directory, engine, author);
      Cores.create(core, author, context);
      final Told told = (Told) ask(core, context, ORIGIN + "/none");
      assertThat(((Failed) told.answer()).error().data()).contains(Bytes.utf8("nothing there"));
      assertThat(((Told) ask(core, context, "http://127.0.0.1:81/")).answer())
          .isInstanceOf(Failed.class);
      assertThat(author.asked).hasSize(1);
    }
  }

  @Test
  void whereTheContextAllowsNobodyEverybodyRunsTheCall(@TempDir final Path directory)
      throws Exception {
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
      final Asking author = new Asking();
      final FakeContext context = new FakeContext("asks", author.install(module()));
      final ExecutionCore core = core(directory, engine, author);
      Cores.create(core, author, context);
      assertThat(ask(core, context, ORIGIN + "/some")).isInstanceOf(Ordinary.class);
      assertThat(author.asked).isEmpty();
    }
  }
}
