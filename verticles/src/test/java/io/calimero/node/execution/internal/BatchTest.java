// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Head;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ExecutionMessages.Effect;
import io.calimero.node.events.messages.ExecutionMessages.NotRun;
import io.calimero.node.events.messages.ExecutionMessages.Result;
import io.calimero.node.execution.ExecutionOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BatchTest {
  private final FakeNode node = new FakeNode();
  private final FakeContext context = new FakeContext("one", node.install(Bytes.utf8("app")));
  private final AtomicLong nanos = new AtomicLong();

  private ExecutionCore core(final int pending, final long nanosPerLook) {
    final ExecutionOptions like = Cores.options(Path.of("unused"), 10, Cores.NO_SNAPSHOTS);
    return new ExecutionCore(
        new ExecutionOptions(
            like.stateDirectory(),
            like.engine(),
            1,
            1,
            10,
            pending,
            Duration.ofSeconds(1),
            Duration.ofNanos(10),
            10,
            1,
            like.snapshots(),
            Duration.ofSeconds(1),
            false),
        new FakeEngine(),
        new FakeStore(),
        node,
        Cores.AT_ONCE,
        () -> nanos.getAndAdd(nanosPerLook));
  }

  private List<Result> five(final ExecutionCore core, final Head head) {
    return Cores.results(
        core.execute(
            context.execute(
                head,
                context.transaction("count", "n"),
                context.transaction("count", "n"),
                context.transaction("count", "n"),
                context.transaction("count", "n"),
                context.transaction("count", "n"))));
  }

  @Test
  void aBatchEndsWithItsBudgetAndTheRestIsNotBegun() {
    final ExecutionCore core = core(100, 4);
    final Head head = Cores.create(core, node, context);
    assertThat(five(core, head)).hasSize(3);
  }

  @Test
  void oneIsRunWhateverTheBudget() {
    final ExecutionCore core = core(100, 1000);
    final Head head = Cores.create(core, node, context);
    assertThat(five(core, head)).hasSize(1).first().isInstanceOf(Effect.class);
  }

  @Test
  void noMoreThanTheBoundWaitForTheDisk() {
    final ExecutionCore core = core(3, 0);
    final Head head = Cores.create(core, node, context);
    final List<Result> results = five(core, head);
    assertThat(results.subList(0, 3)).allMatch(Effect.class::isInstance);
    assertThat(results.subList(3, 5))
        .allSatisfy(it -> assertThat(((NotRun) it).problem().code()).isEqualTo(Code.BUSY));
    core.committed(Cores.append(node, context, results.subList(0, 3)));
    assertThat(five(core, node.head(context.id()))).first().isInstanceOf(Effect.class);
  }
}
