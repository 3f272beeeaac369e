// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Action;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Capability;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Origin;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.crypto.ContextKeys;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a call asks for beyond the state: members, contexts, proposals. */
final class Actions {
  private final CallSession session;
  private final List<Action> list = new ArrayList<>();
  private boolean membersSeen;

  Actions(final CallSession session) {
    this.session = session;
  }

  List<Action> list() {
    return list;
  }

  void add(final Action action) {
    session.mustMutate();
    final boolean call = action instanceof Action.CallContext;
    final long same =
        list.stream().filter(other -> call == other instanceof Action.CallContext).count();
    if (same >= (call ? HostLimits.CONTEXT_CALLS : HostLimits.ACTIONS)) {
      throw session.refuse(call ? "xcalls overflow" : "actions overflow");
    }
    list.add(action);
  }

  void addMember(final Slice member) {
    final PublicKey key = new PublicKey(hash(member));
    mustManageMembers("context_add_member");
    add(new Action.AddMember(key));
  }

  void removeMember(final Slice member) {
    final PublicKey key = new PublicKey(hash(member));
    mustManageMembers("context_remove_member");
    if (configuration().filter(known -> known.coordinator().equals(key)).isPresent()) {
      throw session.refuse("context_remove_member: the coordinator cannot be removed");
    }
    add(new Action.RemoveMember(key));
  }

  /** Whether somebody is a member, as the call found it: its own changes come after it. */
  int isMember(final Slice member) {
    return members().contains(new PublicKey(hash(member))) ? 1 : 0;
  }

  /** The members, in the order of their keys, as a borsh list. */
  void members(final long register) {
    final BorshWriter out = new BorshWriter().u32(members().size());
    members().forEach(member -> out.hash(member.hash()));
    session.setRegister(register, Bytes.wrap(out.toByteArray()));
  }

  /**
   * Asks for a context. Its key follows from the randomness of the call, so that its identifier is
   * known here and found by the alias from now on.
   */
  void createContext(
      final Slice protocol,
      final Slice application,
      final Slice initialization,
      final Optional<Slice> alias) {
    session.mustMutate();
    session.bound(protocol, HostLimits.NAME, "protocol size overflow");
    final String _ = session.view().text(protocol);
    final ApplicationId runs = new ApplicationId(hash(application));
    session.bound(initialization, HostLimits.ACTION_BYTES, "actions overflow");
    final Bytes input = session.view().bytes(initialization);
    final Optional<String> name = alias.filter(slice -> slice.length() != 0).map(this::alias);
    final Hash seed = Hash.of(session.random(Hash.LENGTH));
    final Bytes id = Bytes.wrap(ContextKeys.fromSeed(seed).publicKey().hash().toByteArray());
    if (name.isPresent()) {
      final Bytes key = aliasKey(name.get());
      if (session.state().get(key).isPresent()) {
        throw session.refuse("alias already exists: " + name.get());
      }
      session.store(key, Optional.of(id));
    }
    session.store(Reserved.key(Reserved.CHILD, id.unsafeArray()), Optional.of(Bytes.EMPTY));
    add(new Action.CreateContext(seed, runs, input, name));
  }

  /** Asks for the end of a context, which must be one that this context made. */
  void removeContext(final Slice context) {
    session.mustMutate();
    final Hash id = hash(context);
    final Bytes key = Reserved.key(Reserved.CHILD, id.toByteArray());
    if (session.state().get(key).isEmpty()) {
      throw session.refuse("context_delete: not a context that this one made");
    }
    session.store(key, Optional.empty());
    add(new Action.RemoveContext(new ContextId(id)));
  }

  int resolveAlias(final Slice alias, final long register) {
    final Optional<Bytes> id = session.state().get(aliasKey(alias(alias)));
    id.ifPresent(found -> session.setRegister(register, found));
    return id.isPresent() ? 1 : 0;
  }

  void callContext(final Slice context, final Slice method, final Slice arguments) {
    session.mustMutate();
    final ContextId target = new ContextId(hash(context));
    session.bound(method, HostLimits.CONTEXT_CALL_METHOD, "xcall function size overflow");
    session.bound(arguments, HostLimits.CONTEXT_CALL_ARGUMENTS, "xcall params size overflow");
    if (session.call().surroundings().origin().map(Origin::depth).orElse(0) >= Origin.MAX_DEPTH) {
      throw session.refuse(
          "xcall: this call is the last of " + Origin.MAX_DEPTH + " that led to one another");
    }
    add(
        new Action.CallContext(
            target, session.view().text(method), session.view().bytes(arguments)));
  }

  int origin(final long register) {
    final Optional<Origin> origin = session.call().surroundings().origin();
    origin.ifPresent(
        from -> session.setRegister(register, Bytes.wrap(from.context().hash().toByteArray())));
    return origin.isPresent() ? 1 : 0;
  }

  void propose(final Slice actions, final Slice target) {
    session.mustMutate();
    session.bound(actions, HostLimits.ACTION_BYTES, "actions overflow");
    checkHash(target);
    final byte[] id = session.random(Hash.LENGTH);
    add(new Action.SendProposal(Hash.of(id), session.view().bytes(actions)));
    session.view().write(target.address(), id, id.length);
  }

  void approve(final Slice proposal) {
    add(new Action.ApproveProposal(hash(proposal)));
  }

  void witness(final Slice witness) {
    session.bound(witness, HostLimits.ACTION_BYTES, "actions overflow");
    add(new Action.WitnessMigration(session.view().bytes(witness)));
  }

  int verify(final Slice signature, final Slice key, final Slice message) {
    if (signature.length() != Signature.LENGTH) {
      throw session.refuse("invalid memory access");
    }
    final Signature signed = new Signature(session.view().bytes(signature));
    final PublicKey by = new PublicKey(hash(key));
    session.bound(message, session.limits().valueSize(), "value length overflow");
    return KeyPair.verify(by, session.view().bytes(message).unsafeArray(), signed) ? 1 : 0;
  }

  private void mustManageMembers(final String function) {
    session.mustMutate();
    final PublicKey executor = session.call().executor();
    if (configuration().filter(known -> known.has(executor, Capability.MANAGE_MEMBERS)).isEmpty()) {
      throw session.refuse(function + ": the executor may not manage members");
    }
  }

  private Optional<Configuration> configuration() {
    return session.call().surroundings().configuration();
  }

  /** Whether the call asked who is a member. */
  boolean membersSeen() {
    return membersSeen;
  }

  private Set<PublicKey> members() {
    membersSeen = true;
    return configuration().<Set<PublicKey>>map(known -> known.members().keySet()).orElse(Set.of());
  }

  private String alias(final Slice slice) {
    session.bound(slice, HostLimits.ALIAS, "alias too long");
    return session.view().text(slice);
  }

  private static Bytes aliasKey(final String alias) {
    return Reserved.key(Reserved.ALIAS, Bytes.utf8(alias).unsafeArray());
  }

  private Hash hash(final Slice slice) {
    checkHash(slice);
    return Hash.of(session.view().bytes(slice).unsafeArray());
  }

  private void checkHash(final Slice slice) {
    if (slice.length() != Hash.LENGTH) {
      throw session.refuse("invalid memory access");
    }
    session.view().check(slice.address(), slice.length());
  }
}
