// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.simulation;

import static io.calimero.node.simulation.VirtualTime.SECOND;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Receive;
import io.calimero.node.events.messages.ContextMessages.Create;
import io.calimero.node.events.messages.ContextMessages.CreateIdentity;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.IdentityCreated;
import io.calimero.node.events.messages.ContextMessages.Invite;
import io.calimero.node.events.messages.ContextMessages.Invited;
import io.calimero.node.events.messages.ContextMessages.Join;
import io.calimero.node.events.messages.ContextMessages.Joined;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A few nodes under virtual time to which a test does one thing after the other. */
final class SmallCluster {
  private static final long PATIENCE = 120 * SECOND;

  private final World world;
  private final Wires wires;
  private final List<Machine> machines = new ArrayList<>();
  private final Created created;

  /** Nodes that run; the first one has made a context. */
  SmallCluster(final Path directory, final int nodes) {
    world = new World(new VirtualTime(), new Random(7), new Checker(), _ -> {}, World.Bug.NONE);
    wires = new Wires(world);
    for (int i = 0; i < nodes; i++) {
      final String peer = "node" + i;
      machines.add(new Machine(world, wires, peer, directory.resolve(peer), Endpoint.HONEST));
    }
    machines.forEach(Machine::start);
    final Machine first = machines.getFirst();
    await(
        first.ask(
            Topics.APPLICATION_RECEIVE,
            new Receive(TestApplication.NAMED, TestApplication.MODULE)));
    created =
        await(
            first.ask(
                Topics.CONTEXT_CREATE,
                new Create(TestApplication.NAMED.id(), Optional.empty(), Bytes.utf8("init"))));
  }

  ContextId context() {
    return created.context();
  }

  Wires wires() {
    return wires;
  }

  Machine node(final int number) {
    return machines.get(number);
  }

  Checker checker() {
    return world.checker();
  }

  /** How many entries are on the disk of a node. */
  int entries(final int node) {
    return node(node).log(context()).size();
  }

  /** Invites a node, which begins to join. */
  CompletableFuture<Joined> join(final int number) {
    final IdentityCreated identity =
        await(node(number).ask(Topics.IDENTITY_CREATE, new CreateIdentity()));
    final PublicKey invitee = identity.identity();
    final Invited invited =
        await(node(0).ask(Topics.CONTEXT_INVITE, new Invite(context(), created.member(), invitee)));
    return node(number).ask(Topics.CONTEXT_JOIN, new Join(invited.invitation()));
  }

  /** Asks a node to write. */
  CompletableFuture<Answer> write(final int number, final String text) {
    return node(number)
        .ask(
            Topics.SUBMIT,
            new Submit(context(), Optional.empty(), "put", Bytes.utf8(text), Optional.empty()));
  }

  /** Lets time pass until this is there. */
  <T> T await(final CompletableFuture<T> future) {
    await(future::isDone, PATIENCE, "an answer");
    return future.join();
  }

  /** Lets time pass until something holds, but not longer than this. */
  void await(final BooleanSupplier condition, final long atMost, final String what) {
    final long end = world.time().now() + atMost;
    while (!condition.getAsBoolean() && world.time().step(end)) {
      sound();
    }
    sound();
    if (!condition.getAsBoolean()) {
      throw new AssertionError(atMost / SECOND + " s have passed without " + what);
    }
  }

  /** Lets time pass. */
  void pass(final long nanos) {
    final long end = world.time().now() + nanos;
    while (world.time().step(end)) {
      sound();
    }
  }

  private void sound() {
    world
        .checker()
        .violation()
        .ifPresent(
            what -> {
              throw new AssertionError(what);
            });
  }
}
