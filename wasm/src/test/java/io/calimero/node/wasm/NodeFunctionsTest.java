// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Action;
import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Origin;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.Codecs;
import io.calimero.node.events.crypto.ContextKeys;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.wasm.Script.Range;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The host functions for what is beyond the state, used as they should be. */
class NodeFunctionsTest extends EngineFixture {
  private static final long REGISTER = 4_294_967_294L;
  private static final PublicKey SOMEBODY = new PublicKey(Guests.hash("somebody"));
  private static final ContextId ELSEWHERE = new ContextId(Guests.hash("another context"));

  private MapBlobs blobs = new MapBlobs();
  private MapState state = new MapState();

  @BeforeEach
  void beginAnew() {
    blobs = new MapBlobs();
    state = new MapState();
  }

  private static Script ref() {
    return new Script(AbiGeneration.REF);
  }

  private CallResult run(final Script script, final Surroundings surroundings) throws Exception {
    return scripted(script.shape())
        .call(Guests.with(Guests.call("run", script.toInput()), surroundings), state);
  }

  private Outcome done(final Script script) throws Exception {
    final Outcome outcome = completed(run(script, Contexts.of(true, blobs)));
    state.apply(outcome.writes());
    return outcome;
  }

  private static List<Long> results(final Outcome outcome) {
    final ByteBuffer in =
        ByteBuffer.wrap(outcome.returned().orElseThrow().toByteArray())
            .order(ByteOrder.LITTLE_ENDIAN);
    final List<Long> results = new ArrayList<>();
    while (in.hasRemaining()) {
      results.add(in.getLong());
    }
    return results;
  }

  private static Range hash(final Script script, final Hash hash) {
    return script.bytes(hash.toByteArray());
  }

  /** Returns what the register holds, of that length. */
  private static Script returning(final Script script, final int length) {
    final Range room = script.room(length);
    return script.call("read_register", REGISTER, room).call("value_return", 0, room);
  }

  @Test
  void accountDeviceAndTheOldNameAreTheExecutor() throws Exception {
    for (final String function : List.of("account_id", "device_id", "get_executor_identity")) {
      assertThat(done(returning(ref().call(function, REGISTER), 32)).returned())
          .contains(Bytes.wrap(Guests.EXECUTOR.hash().toByteArray()));
    }
  }

  @Test
  void signaturesAreVerified() throws Exception {
    final KeyPair key = KeyPair.ofSecret(Guests.hash("a secret"));
    final Hash message = Guests.hash("a message");
    final Signature signature = key.sign(message);
    final Script script = ref();
    final Range signed = script.bytes(signature.bytes().toByteArray());
    final Range by = hash(script, key.publicKey().hash());
    script
        .call("ed25519_verify", signed, by, hash(script, message))
        .call("ed25519_verify", signed, by, hash(script, Guests.hash("another")))
        .call("ed25519_verify", signed, hash(script, Hash.ZERO), hash(script, message))
        .returnResults(3);
    assertThat(results(done(script))).containsExactly(1L, 0L, 0L);
  }

  @Test
  void anEventMayNameAHandler() throws Exception {
    final Script script = ref();
    final Range kind = script.text("Kind");
    final Range data = script.text("{}");
    final Range both =
        script.bytes(
            ByteBuffer.allocate(32)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(kind.address())
                .putLong(kind.length())
                .putLong(data.address())
                .putLong(data.length())
                .array());
    script.call("emit_with_handler", both.address(), script.text("on_kind"));
    assertThat(done(script).events())
        .containsExactly(new ApplicationEvent("Kind", Bytes.utf8("{}"), Optional.of("on_kind")));
  }

  @Test
  void theIndexIsScannedInOrderAcrossStateAndWritesOfTheCall() throws Exception {
    final Script first = ref();
    for (final String key : List.of("b", "d", "a", "c", "x")) {
      first.call("storage_index_set", first.text(key), first.text(key + key));
    }
    done(first.call("storage_index_remove", first.text("d")));
    final Script second = ref();
    second
        .call("storage_index_set", second.text("bb"), second.text("new"))
        .call("storage_index_set", second.text("c"), second.text("changed"))
        .call("storage_index_remove", second.text("a"))
        .call("storage_index_scan", second.text(""), second.text("x"), 0, 0, REGISTER);
    assertThat(pairs(done(returning(second, 4 + 9 + 2 + 9 + 4 + 9 + 7))))
        .containsExactly("b", "bb", "bb", "new", "c", "changed");
  }

  @Test
  void aScanPassesOverAndStops() throws Exception {
    final Script script = ref();
    for (final String key : List.of("a", "b", "c", "d", "e")) {
      script.call("storage_index_set", script.text(key), script.text(key));
    }
    script.call("storage_index_scan", script.text("b"), script.text(""), 1, 3, REGISTER);
    assertThat(pairs(done(returning(script, 4 + 20)))).containsExactly("c", "c", "d", "d");
    final Script last = ref();
    last.call("storage_index_last", last.text(""), last.text("e"), REGISTER);
    assertThat(pairs(done(returning(last, 14)))).containsExactly("d", "d");
    final Script none = ref();
    none.call("storage_index_last", none.text("x"), none.text("z"), REGISTER);
    assertThat(pairs(done(returning(none, 4)))).isEmpty();
  }

  @Test
  void aPrefixOfTheIndexIsRemovedAndMarksAreApart() throws Exception {
    final Script script = ref();
    for (final String key : List.of("a1", "a2", "b1")) {
      script.call("storage_index_set", script.text(key), script.text("v"));
    }
    script
        .call("storage_index_meta_set", script.text("a"), script.text("mark"))
        .call("storage_index_remove_prefix", script.text("a"))
        .call("storage_index_meta_get", script.text("a"), REGISTER)
        .call("register_len", REGISTER)
        .call("storage_index_meta_clear", script.text("a"))
        .call("storage_index_meta_get", script.text("a"), REGISTER)
        .returnResults(9);
    assertThat(results(done(script))).containsExactly(1L, 1L, 1L, 1L, 1L, 1L, 4L, 1L, 0L);
    assertThat(state.size()).isEqualTo(1);
  }

  private static List<String> pairs(final Outcome outcome) {
    final BorshReader in = new BorshReader(outcome.returned().orElseThrow().toByteArray());
    final int count = in.u32();
    final List<String> pairs = new ArrayList<>();
    for (int i = 0; i < 2 * count; i++) {
      pairs.add(Codecs.BYTES.read(in).toUtf8());
    }
    in.expectEnd();
    return pairs;
  }

  @ParameterizedTest
  @EnumSource(names = {"SPLIT", "REF"})
  void aBlobIsWrittenAndReadBack(final AbiGeneration shape) throws Exception {
    final Script script = new Script(shape);
    final Range id = script.room(32);
    script
        .call("blob_create")
        .call("blob_write", 1, script.text("hello "))
        .call("blob_write", 1, script.text("world"))
        .call("blob_close", 1, id)
        .call("blob_open", id);
    final Range room = script.room(64);
    script
        .call("blob_read", 2, new Range(room.address(), 8))
        .call("blob_read", 2, new Range(room.address() + 8, 40))
        .call("blob_read", 2, room)
        .call("blob_close", 2, id)
        .call("value_return", 0, new Range(room.address(), 11));
    final Outcome outcome = done(script);
    assertThat(outcome.returned()).contains(Bytes.utf8("hello world"));
    final Action.StoreBlob stored = (Action.StoreBlob) outcome.actions().getFirst();
    assertThat(stored.size()).isEqualTo(11);
    assertThat(blobs.get(stored.blob())).asString().isEqualTo("hello world");
  }

  @Test
  void aLargeBlobHasTheNameThatItsChunksMake() throws Exception {
    final byte[] content = new byte[(1 << 20) + 3];
    Arrays.fill(content, (byte) 0xab);
    final Script script = ref();
    final Range chunk = script.bytes(Arrays.copyOf(content, (1 << 19) + 1));
    final Range id = script.room(32);
    script
        .call("blob_create")
        .call("blob_write", 1, chunk)
        .call("blob_write", 1, chunk)
        .call("blob_write", 1, new Range(chunk.address(), 1))
        .call("blob_close", 1, id)
        .call("value_return", 0, id);
    final Outcome outcome = done(script);
    assertThat(new BlobId(Hash.of(outcome.returned().orElseThrow().toByteArray())))
        .hasToString("G9NEiphnsrQmZqeKWZUerPnS1RS77KiW1xcAzbDvmXo1");
  }

  @Test
  void aMissingBlobIsNoOutcome() throws Exception {
    final Script script = ref();
    script
        .call("blob_open", hash(script, Guests.hash("nowhere")))
        .call("blob_read", 1, script.room(8));
    assertThat(run(script, Contexts.of(true, blobs)))
        .isInstanceOfSatisfying(
            CallResult.Interrupted.class,
            result -> assertThat(result.reason()).contains("is not on this node"));
  }

  @Test
  void onlyTheOwnContextIsToldOfABlob() throws Exception {
    final BlobId blob = blobs.put(new byte[] {1});
    final Script script = ref();
    final Range id = hash(script, blob.hash());
    script
        .call("blob_announce_to_context", id, hash(script, Guests.CONTEXT.hash()))
        .call("blob_announce_to_context", id, hash(script, ELSEWHERE.hash()))
        .returnResults(2);
    final Outcome outcome = done(script);
    assertThat(results(outcome)).containsExactly(1L, 0L);
    assertThat(outcome.actions()).containsExactly(new Action.AnnounceBlob(blob));
  }

  @Test
  void membersAreReadAsTheyWereAndChangedByTheOutcome() throws Exception {
    final Script script = ref();
    script
        .call("context_is_member", hash(script, Guests.EXECUTOR.hash()))
        .call("context_add_member", hash(script, SOMEBODY.hash()))
        .call("context_is_member", hash(script, SOMEBODY.hash()))
        .call("context_remove_member", hash(script, Guests.EXECUTOR.hash()))
        .returnResults(2);
    final Outcome outcome = done(script);
    assertThat(results(outcome)).containsExactly(1L, 0L);
    assertThat(outcome.actions())
        .containsExactly(new Action.AddMember(SOMEBODY), new Action.RemoveMember(Guests.EXECUTOR));
    final Script list = ref();
    final byte[] members =
        done(returning(list.call("context_members", REGISTER), 68))
            .returned()
            .orElseThrow()
            .toByteArray();
    assertThat(new BorshReader(members).list(Hash.CODEC))
        .containsExactlyInAnyOrder(Guests.EXECUTOR.hash(), Contexts.COORDINATOR.hash())
        .isSorted();
  }

  @Test
  void aContextIsAskedForByAnAliasThatIsFoundAtOnce() throws Exception {
    final ApplicationId application = new ApplicationId(Guests.hash("an application"));
    final Script script = ref();
    script
        .call(
            "context_create",
            script.text("near"),
            hash(script, application.hash()),
            script.text("{}"),
            script.text("child"))
        .call("context_resolve_alias", script.text("child"), REGISTER);
    final Outcome outcome = done(returning(script, 32));
    final Action.CreateContext action = (Action.CreateContext) outcome.actions().getFirst();
    final Hash id = ContextKeys.fromSeed(action.seed()).publicKey().hash();
    assertThat(outcome.returned()).contains(Bytes.wrap(id.toByteArray()));
    assertThat(action.alias()).contains("child");
    final Script next = ref();
    next.call("context_resolve_alias", next.text("nobody"), REGISTER)
        .call("context_delete", hash(next, id))
        .returnResults(1);
    final Outcome removed = done(next);
    assertThat(results(removed)).containsExactly(0L);
    assertThat(removed.actions()).containsExactly(new Action.RemoveContext(new ContextId(id)));
  }

  @Test
  void aCallOfAnotherContextIsAskedForAndKnowsWhereItCameFrom() throws Exception {
    final Script script = ref();
    assertThat(done(call(script, ELSEWHERE, "set", "{}")).actions())
        .containsExactly(new Action.CallContext(ELSEWHERE, "set", Bytes.utf8("{}")));
    final Script called = ref();
    called.call("xcall_origin", REGISTER);
    assertThat(
            completed(run(returning(called, 32), Contexts.calledFrom(new Origin(ELSEWHERE, 1))))
                .returned())
        .contains(Bytes.wrap(ELSEWHERE.hash().toByteArray()));
    assertThat(results(done(ref().call("xcall_origin", REGISTER).returnResults(1))))
        .containsExactly(0L);
  }

  static Script call(
      final Script script, final ContextId context, final String method, final String arguments) {
    final Range id = script.bytes(context.hash().toByteArray());
    final Range name = script.text(method);
    final Range input = script.text(arguments);
    final ByteBuffer structure = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    for (final Range range : List.of(id, name, input)) {
      structure.putLong(range.address()).putLong(range.length());
    }
    return script.call("xcall", script.bytes(structure.array()).address());
  }

  @ParameterizedTest
  @EnumSource(names = {"SPLIT", "REF"})
  void proposalsAreRecordedUnderANameThatTheGuestLearns(final AbiGeneration shape)
      throws Exception {
    final Script script = new Script(shape);
    final Range id = script.room(32);
    script
        .call("send_proposal", script.text("actions"), id)
        .call("approve_proposal", id)
        .call("value_return", 0, id);
    final Outcome outcome = done(script);
    final Hash name = Hash.of(outcome.returned().orElseThrow().toByteArray());
    assertThat(name).isNotEqualTo(Hash.ZERO);
    assertThat(outcome.actions())
        .containsExactly(
            new Action.SendProposal(name, Bytes.utf8("actions")), new Action.ApproveProposal(name));
  }

  @ParameterizedTest
  @EnumSource(names = {"SPLIT", "REF"})
  void fetchIsRefusedAndSaysSo(final AbiGeneration shape) throws Exception {
    final Script script = new Script(shape);
    final Range url = script.text("http://localhost/");
    if (shape == AbiGeneration.REF) {
      script.call("fetch", url, url, url, url, REGISTER);
    } else {
      script.raw(Script.operation("fetch"), 0, 0, 0, 0, 0, 0, REGISTER);
    }
    final Outcome outcome = done(script.call("register_len", REGISTER).returnResults(2));
    assertThat(results(outcome).getFirst()).isEqualTo(1);
    assertThat(results(outcome).getLast()).isGreaterThan(40);
  }

  @Test
  void aMigrationWitnessIsRecorded() throws Exception {
    final Script script = ref();
    assertThat(done(script.call("emit_migration_witness", script.text("note"))).actions())
        .containsExactly(new Action.WitnessMigration(Bytes.utf8("note")));
  }

  @Test
  void aQueryMayDoNoneOfThis() throws Exception {
    for (final Script script : writers()) {
      final Call call =
          Guests.with(
              Guests.with(Guests.call("run", script.toInput()), Contexts.of(true, blobs)),
              Access.READ_ONLY);
      assertThat(scripted(script.shape()).call(call, state))
          .isInstanceOf(CallResult.WouldWrite.class);
    }
  }

  private static List<Script> writers() {
    final List<Script> scripts = new ArrayList<>();
    for (final String function :
        List.of(
            "storage_index_remove",
            "storage_index_remove_prefix",
            "context_add_member",
            "context_remove_member",
            "context_delete",
            "approve_proposal",
            "emit_migration_witness",
            "js_crdt_counter_increment",
            "js_crdt_set_clear")) {
      final Script script = ref();
      scripts.add(script.call(function, hash(script, Guests.hash("x"))));
    }
    scripts.add(ref().call("blob_create"));
    final Script set = ref();
    scripts.add(set.call("storage_index_set", set.text("k"), set.text("v")));
    scripts.add(call(ref(), ELSEWHERE, "set", "{}"));
    return scripts;
  }
}
