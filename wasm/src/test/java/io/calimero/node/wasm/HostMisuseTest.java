// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Origin;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.WriteSet.Write;
import io.calimero.node.wasm.Script.Range;
import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.host.HostFunctions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every misuse of a host function ends in an error of its own. */
class HostMisuseTest extends EngineFixture {
  private static final long FAR = 1L << 40;
  private static final ContextId ELSEWHERE = new ContextId(Guests.hash("another context"));

  private MapBlobs blobs = new MapBlobs();

  @BeforeEach
  void beginAnew() {
    blobs = new MapBlobs();
  }

  private static Script ref() {
    return new Script(AbiGeneration.REF);
  }

  private String ends(final Script script, final Surroundings surroundings) throws Exception {
    final CallResult.Failed failed =
        failed(
            scripted(script.shape())
                .call(
                    Guests.with(Guests.call("run", script.toInput()), surroundings),
                    new MapState()));
    assertThat(failed.error().kind()).isEqualTo(GuestError.Kind.HOST);
    return failed.error().message();
  }

  private String ends(final Script script) throws Exception {
    return ends(script, Contexts.of(true, blobs));
  }

  /** Those that take no address, by their first argument or at all. */
  private static final Set<String> WITHOUT_ADDRESS =
      Set.of(
          "register_len",
          "context_id",
          "executor_id",
          "input",
          "account_id",
          "device_id",
          "get_executor_identity",
          "xcall_origin",
          "blob_create",
          "context_members",
          "read_root_state",
          "flush_delta",
          "register_js_sdk_root_merge",
          "fetch");

  static Stream<String> withAddresses() {
    return HostFunctions.list().stream()
        .filter(function -> function.generation() == AbiGeneration.REF)
        .map(HostFunction::name)
        .filter(name -> !WITHOUT_ADDRESS.contains(name) && !name.endsWith("_new"));
  }

  @ParameterizedTest
  @MethodSource("withAddresses")
  void anAddressOutsideTheMemoryIsRefused(final String function) throws Exception {
    final Script script = ref();
    final boolean handle = function.startsWith("blob_") && !function.equals("blob_open");
    if (function.equals("blob_read")) {
      script.call("blob_open", script.room(32));
    } else {
      script.call("blob_create");
    }
    final long first =
        (handle && !function.equals("blob_announce_to_context")) || function.equals("read_register")
            ? 1
            : FAR;
    script.call("context_id", 1);
    final int operation = (int) Script.operation(function);
    assertThat(operation).as(function).isPositive();
    script.raw(operation, first, FAR, FAR, FAR, FAR, FAR, FAR);
    assertThat(ends(script)).isEqualTo("invalid memory access");
  }

  @Test
  void privateStorageIsRefusedWhereOthersRunTheCallToo() throws Exception {
    for (final String name :
        List.of("private_storage_read", "private_storage_write", "private_storage_remove")) {
      final Script script = ref();
      script.call(name, script.text("key"), script.text("value"));
      assertThat(ends(script)).startsWith(name + " is not available: ");
    }
  }

  @Test
  void keysOfTheNodeAreOutOfReach() throws Exception {
    final Script write = ref();
    final Range key = write.text("\0calimero\0ia");
    assertThat(ends(write.call("storage_write", key, key, 1)))
        .isEqualTo("the key is reserved for the node");
    final Script read = ref();
    assertThat(ends(read.call("storage_read", read.text("\0calimero\0"), 1)))
        .isEqualTo("the key is reserved for the node");
  }

  @Test
  void handlesThatDoNotExistAreNamed() throws Exception {
    final Script read = ref();
    assertThat(ends(read.call("blob_read", 7, read.room(1)))).isEqualTo("invalid blob handle: 7");
    final Script closed = ref();
    final Range id = closed.room(32);
    closed.call("blob_create").call("blob_close", 1, id).call("blob_write", 1, id);
    assertThat(ends(closed)).isEqualTo("invalid blob handle: 1");
    final Script mixed = ref();
    assertThat(ends(mixed.call("blob_create").call("blob_read", 1, mixed.room(1))))
        .isEqualTo("blob handle 1 is for writing");
    final Script written = ref();
    written.call("blob_open", written.room(32)).call("blob_write", 1, written.room(1));
    assertThat(ends(written)).isEqualTo("blob handle 1 is for reading");
  }

  @Test
  void handlesAndPartsOfBlobsAreBounded() throws Exception {
    final Script many = ref();
    for (int i = 0; i < 101; i++) {
      many.call("blob_create");
    }
    assertThat(ends(many)).isEqualTo("blob handles overflow");
    assertThat(blobs.abandoned()).isEqualTo(100);
    final Script large = ref();
    large
        .call("memory_grow", 200)
        .call("blob_create")
        .call("blob_write", 1, new Range(0, 10 * 1024 * 1024 + 1));
    assertThat(ends(large)).isEqualTo("blob part overflow");
  }

  @Test
  void aBlobThatIsNotClosedFailsTheCallAndIsGivenUp() throws Exception {
    assertThat(ends(ref().call("blob_create"))).isEqualTo("a blob was created and not closed");
    assertThat(blobs.abandoned()).isEqualTo(1);
    assertThat(blobs.count()).isZero();
  }

  @Test
  void whatACallHasStoredIsGivenUpIfItFailsAfterwards() throws Exception {
    final Script well = ref();
    well.call("blob_create").call("blob_close", 1, well.room(32));
    final CallResult result =
        scripted(well.shape())
            .call(
                Guests.with(Guests.call("run", well.toInput()), Contexts.of(true, blobs)),
                new MapState());
    assertThat(completed(result).actions()).hasSize(1);
    assertThat(blobs.abandoned()).isZero();
    final Script badly = ref();
    badly.call("blob_create").call("blob_close", 1, badly.room(32));
    badly.call("blob_create").call("blob_close", 2, badly.room(32)).call("blob_create");
    assertThat(ends(badly)).isEqualTo("a blob was created and not closed");
    assertThat(blobs.abandoned()).isEqualTo(3);
  }

  @Test
  void bytesOfBlobsAreBounded() throws Exception {
    final Script script = ref();
    script.call("memory_grow", 200).call("blob_create");
    for (int i = 0; i < 52; i++) {
      script.call("blob_write", 1, new Range(0, 10 * 1024 * 1024));
    }
    final Surroundings forgetting = Contexts.of(true, Blobs.NONE);
    assertThat(ends(script, forgetting)).isEqualTo("blob bytes overflow");
  }

  @Test
  void whoMayNotManageMembersIsRefused() throws Exception {
    for (final String function : List.of("context_add_member", "context_remove_member")) {
      final Script script = ref();
      script.call(function, script.room(32));
      assertThat(ends(script, Contexts.of(false, blobs)))
          .isEqualTo(function + ": the executor may not manage members");
    }
  }

  @Test
  void theCoordinatorCannotBeRemoved() throws Exception {
    final Script script = ref();
    script.call("context_remove_member", script.bytes(Contexts.COORDINATOR.hash().toByteArray()));
    assertThat(ends(script)).isEqualTo("context_remove_member: the coordinator cannot be removed");
  }

  @Test
  void onlyContextsMadeHereAreDeleted() throws Exception {
    final Script script = ref();
    script.call("context_delete", script.bytes(ELSEWHERE.hash().toByteArray()));
    assertThat(ends(script)).isEqualTo("context_delete: not a context that this one made");
  }

  @Test
  void anAliasIsShortAndTakenOnce() throws Exception {
    final Script taken = ref();
    final Range text = taken.text("x");
    final Range application = taken.room(32);
    taken
        .call("context_create", text, application, text, text)
        .call("context_create", text, application, text, text);
    assertThat(ends(taken)).isEqualTo("alias already exists: x");
    final Script lengthy = ref();
    lengthy.call(
        "context_create",
        lengthy.text("x"),
        lengthy.room(32),
        lengthy.text("x"),
        lengthy.text("x".repeat(51)));
    assertThat(ends(lengthy)).isEqualTo("alias too long");
  }

  @Test
  void callsOfOtherContextsAreBounded() throws Exception {
    final Script many = ref();
    for (int i = 0; i < 9; i++) {
      NodeFunctionsTest.call(many, ELSEWHERE, "set", "{}");
    }
    assertThat(ends(many)).isEqualTo("xcalls overflow");
    assertThat(ends(NodeFunctionsTest.call(ref(), ELSEWHERE, "x".repeat(101), "{}")))
        .isEqualTo("xcall function size overflow");
    assertThat(ends(NodeFunctionsTest.call(ref(), ELSEWHERE, "x", "x".repeat(16 * 1024 + 1))))
        .isEqualTo("xcall params size overflow");
  }

  @Test
  void aCircleOfContextsComesToAnEnd() throws Exception {
    final Surroundings last = Contexts.calledFrom(new Origin(ELSEWHERE, Origin.MAX_DEPTH));
    assertThat(ends(NodeFunctionsTest.call(ref(), ELSEWHERE, "set", "{}"), last))
        .isEqualTo("xcall: this call is the last of 3 that led to one another");
  }

  @Test
  void proposalsAndNotesAreBounded() throws Exception {
    final Script many = ref();
    final Range id = many.room(32);
    for (int i = 0; i < 101; i++) {
      many.call("approve_proposal", id);
    }
    assertThat(ends(many)).isEqualTo("actions overflow");
    final Script large = ref();
    large.call("emit_migration_witness", large.room(64 * 1024 + 1));
    assertThat(ends(large)).isEqualTo("actions overflow");
    final Script wrong = ref();
    wrong.call("send_proposal", wrong.text("x"), wrong.room(31));
    assertThat(ends(wrong)).isEqualTo("invalid memory access");
  }

  @Test
  void aHandlerHasAShortName() throws Exception {
    final Script script = ref();
    final Range empty = script.room(32);
    script.call("emit_with_handler", empty.address(), script.text("x".repeat(257)));
    assertThat(ends(script)).isEqualTo("event handler size overflow");
  }

  @Test
  void floodsOfIndexWritesEnd() throws Exception {
    final Script script = ref();
    final Range key = script.text("key");
    for (int i = 0; i < 101; i++) {
      script.call("storage_index_set", key, key);
    }
    final Call call =
        Guests.with(Guests.call("run", script.toInput()), HostLimitsTest.writes(100, 1 << 30));
    assertThat(message(scripted(AbiGeneration.REF).call(call, new MapState())))
        .isEqualTo("storage writes overflow");
  }

  @Test
  void aScanOfMoreThanIsAllowedEnds() throws Exception {
    final MapState state = new MapState();
    final Script fill = ref();
    final List<Write> writes = new ArrayList<>();
    for (int i = 0; i <= 100_000; i++) {
      writes.add(
          new Write(
              Bytes.utf8("\0calimero\0i" + String.format(Locale.ROOT, "%07d", i)),
              Optional.of(Bytes.EMPTY)));
    }
    state.apply(new WriteSet(writes));
    fill.call("storage_index_scan", fill.text(""), fill.text(""), 0, 0, 1);
    assertThat(message(scripted(AbiGeneration.REF).call(Guests.call("run", fill.toInput()), state)))
        .isEqualTo("index scan overflow");
  }
}
