// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static io.calimero.node.simulation.VirtualTime.MILLISECOND;
import static io.calimero.node.simulation.VirtualTime.SECOND;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Head;
import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Receive;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.CreateIdentity;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Get;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.calimero.node.storage.log.Frame;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One run: some nodes share a context and write, while things go wrong; then they must agree. */
final class ClusterRun {
  private static final long BEGINNING = 20 * SECOND;

  /** How long it may take, once all is well, until all agree: several time-outs of a stream. */
  private static final long HEALING = 60 * SECOND;

  private final World world;
  private final Wires wires;
  private final List<Machine> machines = new ArrayList<>();
  private final Optional<Integer> liar;
  private final Liar tampering;
  private final int writes;
  private final long trouble;
  private final Faults faults;
  private Optional<Created> context = Optional.empty();
  private final List<Boolean> joined = new ArrayList<>();
  private int agreeing;
  private long asked;

  /**
   * What came of a run.
   *
   * @param violation the first thing that was wrong
   * @param steps how many things happened
   * @param acknowledged how many writes were acknowledged
   * @param entries how many entries there are at the end
   * @param healing the nanoseconds that it took to agree, once all was well
   * @param fingerprint differs if anything about the run does
   */
  record Result(
      Optional<String> violation,
      long steps,
      int acknowledged,
      int entries,
      long healing,
      long fingerprint) {}

  ClusterRun(
      final long seed,
      final Path directory,
      final World.Bug planted,
      final Consumer<Supplier<String>> trace) {
    final Random random = new Random(seed * 0x9E3779B97F4A7C15L);
    world =
        new World(new VirtualTime(), random, new Checker(), trace, new KnownSignatures(), planted);
    wires = new Wires(world);
    final int nodes = 3 + (int) (random.nextDouble() * random.nextDouble() * 6);
    // The one that is asked when the coordinator is away.
    liar =
        world.chance(0.3) || world.has(World.Bug.BELIEVES_ANYTHING)
            ? Optional.of(1)
            : Optional.empty();
    tampering = new Liar(world);
    writes = (int) world.between(3, 10);
    trouble = world.between(8, 36) * SECOND;
    for (int i = 0; i < nodes; i++) {
      final String peer = "node" + i;
      machines.add(
          new Machine(
              world,
              wires,
              peer,
              directory.resolve(peer),
              liar.equals(Optional.of(i)) ? tampering : Endpoint.HONEST));
      joined.add(i == 0);
    }
    faults = new Faults(world, wires, machines);
  }

  /** Runs it to its end. */
  Result run() {
    final Thread.UncaughtExceptionHandler before =
        Thread.currentThread().getUncaughtExceptionHandler();
    Thread.currentThread().setUncaughtExceptionHandler((_, bug) -> world.checker().thrown(bug));
    try {
      return runGuarded();
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(before);
    }
  }

  private Result runGuarded() {
    machines.forEach(Machine::start);
    begin();
    world.trace(
        () ->
            machines.size()
                + " nodes, "
                + writes
                + " writes"
                + liar.map(i -> ", node" + i + " lies").orElse("")
                + ", trouble: "
                + faults.kinds());
    pass(() -> context.isPresent() && joined.get(1), BEGINNING);
    if (context.isEmpty() || !joined.get(1)) {
      world.checker().violated("two nodes did not come to share a context in peace");
      return result(0);
    }
    final long end = world.time().now() + trouble;
    tampering.begin();
    liar.ifPresent(i -> tampering.speak(machines.get(i), id(), end));
    faults.until(end);
    plan(end);
    pass(() -> false, end);
    faults.end();
    pass(this::agreed, end + HEALING);
    final long healing = world.time().now() - end;
    if (world.checker().violation().isEmpty() && !agreed()) {
      world.checker().violated("they do not agree " + HEALING / SECOND + " s after: " + heads());
    }
    lastWordUnheard();
    machines.forEach(m -> world.checker().log(m.peer(), m.log(id())));
    return result(healing);
  }

  /** One more write, the news of which is lost for all: to be told where logs end is enough. */
  private void lastWordUnheard() {
    if (world.checker().violation().isPresent()) {
      return;
    }
    final int before = machines.getFirst().log(id()).size();
    wires.silent(true);
    write(liar.equals(Optional.of(0)) ? 1 : 0, "unheard");
    pass(
        () -> machines.stream().anyMatch(machine -> machine.log(id()).size() > before),
        world.time().now() + HEALING);
    pass(() -> false, world.time().now() + SECOND);
    wires.silent(false);
    pass(this::agreed, world.time().now() + HEALING);
    if (world.checker().violation().isEmpty() && !agreed()) {
      world.checker().violated("an entry that nobody heard of is not asked for: " + heads());
    }
  }

  private Result result(final long healing) {
    final List<Frame> log =
        context.map(c -> machines.getFirst().log(c.context())).orElse(List.of());
    final long fingerprint =
        world.time().count() * 31
            + world.time().now() * 17
            + (log.isEmpty() ? 0 : log.getLast().hash().hashCode());
    return new Result(
        world.checker().violation(),
        world.time().count(),
        world.checker().acknowledgedCount(),
        log.size(),
        healing,
        fingerprint);
  }

  /** Lets time pass until then, or until something holds or is wrong. */
  private void pass(final BooleanSupplier enough, final long until) {
    while (world.checker().violation().isEmpty()
        && !enough.getAsBoolean()
        && world.time().step(until)) {}
  }

  private ContextId id() {
    return context.orElseThrow().context();
  }

  /** The first node makes the context and invites the second. */
  private void begin() {
    final Machine first = machines.getFirst();
    final CompletableFuture<?> _ =
        first
            .ask(
                Topics.APPLICATION_RECEIVE,
                new Receive(TestApplication.NAMED, TestApplication.MODULE))
            .thenCompose(
                _ ->
                    first.ask(
                        Topics.CONTEXT_CREATE,
                        new Create(
                            TestApplication.NAMED.id(), Optional.empty(), Bytes.utf8("init"))))
            .whenComplete(
                (created, failure) -> {
                  if (failure != null) {
                    world.checker().thrown(failure);
                    return;
                  }
                  context = Optional.of(created);
                  admit(1, Optional.empty());
                });
  }

  /** Invites a node and has it join, again and again until it has. */
  private void admit(final int node, final Optional<PublicKey> known) {
    final Machine machine = machines.get(node);
    final CompletableFuture<PublicKey> identity =
        known
            .map(CompletableFuture::completedFuture)
            .orElseGet(
                () ->
                    machine
                        .ask(Topics.IDENTITY_CREATE, new CreateIdentity())
                        .thenApply(made -> made.identity()));
    final CompletableFuture<?> attempt =
        identity
            .thenCompose(
                invitee ->
                    machines
                        .getFirst()
                        .ask(
                            Topics.CONTEXT_INVITE,
                            new Invite(id(), context.orElseThrow().member(), invitee)))
            .thenCompose(
                invited -> machine.ask(Topics.CONTEXT_JOIN, new Join(invited.invitation())))
            .thenAccept(
                _ -> {
                  world.trace(() -> machine.peer() + " has joined");
                  joined.set(node, true);
                });
    // A client whose node dies is told nothing; so it asks again after a while, whatever it hears.
    world
        .time()
        .after(
            5 * SECOND,
            () -> {
              if (!joined.get(node)) {
                attempt.cancel(false);
                admit(
                    node,
                    Optional.ofNullable(
                        identity.isCompletedExceptionally() ? null : identity.getNow(null)));
              }
            });
  }

  /** Who joins when, who writes when, and now and then a look at the states. */
  private void plan(final long end) {
    for (int node = 2; node < machines.size(); node++) {
      final int joiner = node;
      world
          .time()
          .after(
              world.between(0, (end - world.time().now()) * 2 / 3),
              () -> admit(joiner, Optional.empty()));
    }
    for (int i = 0; i < writes; i++) {
      final String text = "write" + i;
      world.time().after(world.between(0, end - world.time().now()), () -> write(text));
    }
    look(end);
  }

  private void write(final String text) {
    final List<Integer> able = new ArrayList<>();
    for (int i = 0; i < machines.size(); i++) {
      if (joined.get(i) && machines.get(i).isUp()) {
        able.add(i);
      }
    }
    if (able.isEmpty()) {
      return;
    }
    final int node = able.get((int) world.between(0, able.size() - 1));
    final int burst = world.chance(0.2) ? 4 : 1;
    for (int i = 0; i < burst; i++) {
      write(node, burst == 1 ? text : text + "." + i);
    }
  }

  private void write(final int node, final String text) {
    final Machine machine = machines.get(node);
    world.trace(() -> machine.peer() + " is asked to write " + text);
    final CompletableFuture<?> _ =
        machine
            .ask(
                Topics.SUBMIT,
                new Submit(id(), Optional.empty(), "put", Bytes.utf8(text), Optional.empty()))
            .handle(
                (answer, failure) -> {
                  // What a liar's node is told may be about something else that it sent.
                  if (liar.equals(Optional.of(node))) {
                    return false;
                  }
                  if (answer instanceof final Written written) {
                    world.trace(() -> text + " is at position " + written.position());
                    world.checker().acknowledged(text, written);
                    faults.acknowledged(machine);
                  } else if (failure == null) {
                    world.checker().violated(text + " was answered with " + answer);
                  } else {
                    final Code why = code(failure);
                    world.trace(() -> text + " failed: " + why);
                    world.checker().refused(text, why);
                  }
                  return true;
                });
  }

  private static Code code(final Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null -> code(wrapped.getCause());
      case NodeException known -> known.problem().code();
      default -> Code.INTERNAL;
    };
  }

  private void look(final long end) {
    final Machine machine = machines.get((int) world.between(0, machines.size() - 1));
    final CompletableFuture<?> _ = look(machine);
    if (world.time().now() < end) {
      world.time().after(world.between(SECOND, 5 * SECOND), () -> look(end));
    }
  }

  private CompletableFuture<Optional<State>> look(final Machine machine) {
    return machine
        .ask(Topics.STATE_GET, new GetState(id()))
        .handle(
            (state, failure) -> {
              if (failure == null) {
                world.checker().state(machine.peer(), state);
              }
              return failure == null ? Optional.of(state) : Optional.<State>empty();
            });
  }

  /** Whether all nodes have joined and say the same; asks them now and then. */
  private boolean agreed() {
    if (world.time().now() - asked >= 100 * MILLISECOND) {
      asked = world.time().now();
      if (!joined.contains(false) && onDisk()) {
        ask();
      }
    }
    // What was asked a moment ago may be out of date: a write of then has come to its end since.
    return agreeing == machines.size() && onDisk() && nothingWaits();
  }

  /** Whether everything that members have signed was ordered or refused. */
  private boolean nothingWaits() {
    return machines.stream().allMatch(machine -> machine.waiting() == 0);
  }

  /** Whether all disks end with the same entry; cheaper than to ask. */
  private boolean onDisk() {
    final List<Frame> first = machines.getFirst().log(id());
    return machines.stream()
        .map(m -> m.log(id()))
        .allMatch(log -> !log.isEmpty() && log.getLast().hash().equals(first.getLast().hash()));
  }

  private void ask() {
    agreeing = 0;
    final List<Head> heads = new ArrayList<>();
    for (final Machine machine : machines) {
      final CompletableFuture<?> _ =
          machine
              .ask(Topics.CONTEXT_GET, new Get(id()))
              .thenCombine(look(machine), (summary, state) -> agrees(heads, summary, state));
    }
  }

  private boolean agrees(
      final List<Head> heads, final Summary summary, final Optional<State> state) {
    heads.add(summary.head());
    final boolean same =
        summary.damage().isEmpty()
            && heads.getFirst().equals(summary.head())
            && state.filter(s -> s.head().equals(summary.head())).isPresent();
    if (same) {
      agreeing++;
    }
    return same;
  }

  private String heads() {
    final StringBuilder text = new StringBuilder();
    for (int i = 0; i < machines.size(); i++) {
      final Machine machine = machines.get(i);
      text.append(machine.peer())
          .append(joined.get(i) ? " has " : " has not joined and has ")
          .append(machine.log(id()).size())
          .append(" entries, and ")
          .append(machine.waiting())
          .append(" transactions wait; ");
    }
    return text.toString();
  }
}
