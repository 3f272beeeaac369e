// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import static io.calimero.node.wasm.internal.host.Table.action;
import static io.calimero.node.wasm.internal.host.Table.buffer;
import static io.calimero.node.wasm.internal.host.Table.pair;

import java.util.List;
import java.util.Optional;

/** The functions for what is beyond the state: blobs, members, contexts, proposals, the index. */
final class NodeFunctions {
  private static final int BUFFER = 16;

  private NodeFunctions() {}

  static List<HostFunction> list() {
    final Table table = new Table();
    identities(table);
    events(table);
    index(table);
    privateStorage(table);
    blobs(table);
    contexts(table);
    calls(table);
    return table.functions();
  }

  private static void identities(final Table table) {
    // One key per member and device here, so that all of them are the executor's
    for (final String name : List.of("account_id", "device_id", "get_executor_identity")) {
      table.single(name, "l", "", action((s, a) -> s.executorId(a.i64(0))));
    }
    table
        .single("xcall_origin", "l", "i", (s, a) -> s.actions().origin(a.i64(0)))
        .ref(
            "ed25519_verify",
            "lll",
            "i",
            (s, a) -> s.actions().verify(buffer(s, a, 0), buffer(s, a, 1), buffer(s, a, 2)))
        .split(
            "fetch",
            "lllllllll",
            "i",
            (s, a) ->
                s.outside().isClosed()
                    ? s.outside().refuse(a.i64(8))
                    : s.outside().ask(pair(a, 0), pair(a, 2), pair(a, 4), pair(a, 6), a.i64(8)))
        .ref(
            "fetch",
            "lllll",
            "i",
            (s, a) ->
                s.outside().isClosed()
                    ? s.outside().refuse(a.i64(4))
                    : s.outside()
                        .ask(
                            buffer(s, a, 0),
                            buffer(s, a, 1),
                            buffer(s, a, 2),
                            buffer(s, a, 3),
                            a.i64(4)));
  }

  private static void events(final Table table) {
    table
        .ref(
            "emit_with_handler",
            "ll",
            "",
            action(
                (s, a) ->
                    s.emitWithHandler(
                        s.view().buffer(a.i64(0)),
                        s.view().buffer(a.i64(0) + BUFFER),
                        buffer(s, a, 1))))
        .ref(
            "emit_migration_witness",
            "l",
            "",
            action((s, a) -> s.actions().witness(buffer(s, a, 0))));
  }

  private static void index(final Table table) {
    table
        .ref(
            "storage_index_set",
            "ll",
            "i",
            (s, a) -> s.index().set(buffer(s, a, 0), buffer(s, a, 1)))
        .ref("storage_index_remove", "l", "i", (s, a) -> s.index().remove(buffer(s, a, 0)))
        .ref(
            "storage_index_remove_prefix",
            "l",
            "i",
            (s, a) -> s.index().removePrefix(buffer(s, a, 0)))
        .ref(
            "storage_index_scan",
            "lllll",
            "i",
            (s, a) ->
                s.index().scan(buffer(s, a, 0), buffer(s, a, 1), a.i64(2), a.i64(3), a.i64(4)))
        .ref(
            "storage_index_last",
            "lll",
            "i",
            (s, a) -> s.index().last(buffer(s, a, 0), buffer(s, a, 1), a.i64(2)))
        .ref(
            "storage_index_meta_set",
            "ll",
            "i",
            (s, a) -> s.index().mark(buffer(s, a, 0), buffer(s, a, 1)))
        .ref(
            "storage_index_meta_get",
            "ll",
            "i",
            (s, a) -> s.index().readMark(buffer(s, a, 0), a.i64(1)))
        .ref("storage_index_meta_clear", "l", "i", (s, a) -> s.index().clearMark(buffer(s, a, 0)));
  }

  private static void privateStorage(final Table table) {
    table
        .ref(
            "private_storage_read",
            "ll",
            "i",
            (s, a) -> s.privates().read(buffer(s, a, 0), a.i64(1)))
        .ref(
            "private_storage_write",
            "ll",
            "i",
            (s, a) -> s.privates().write(buffer(s, a, 0), buffer(s, a, 1)))
        .ref(
            "private_storage_remove",
            "ll",
            "i",
            (s, a) -> s.privates().remove(buffer(s, a, 0), a.i64(1)));
  }

  private static void blobs(final Table table) {
    table
        .single("blob_create", "", "l", (s, _) -> s.blobs().create())
        .split("blob_open", "ll", "l", (s, a) -> s.blobs().open(pair(a, 0)))
        .ref("blob_open", "l", "l", (s, a) -> s.blobs().open(buffer(s, a, 0)))
        .split("blob_read", "lll", "l", (s, a) -> s.blobs().read(a.i64(0), pair(a, 1)))
        .ref("blob_read", "ll", "l", (s, a) -> s.blobs().read(a.i64(0), buffer(s, a, 1)))
        .split("blob_write", "lll", "l", (s, a) -> s.blobs().write(a.i64(0), pair(a, 1)))
        .ref("blob_write", "ll", "l", (s, a) -> s.blobs().write(a.i64(0), buffer(s, a, 1)))
        .split("blob_close", "lll", "i", (s, a) -> s.blobs().close(a.i64(0), pair(a, 1)))
        .ref("blob_close", "ll", "i", (s, a) -> s.blobs().close(a.i64(0), buffer(s, a, 1)))
        .split(
            "blob_announce_to_context",
            "llll",
            "i",
            (s, a) -> s.blobs().announce(pair(a, 0), pair(a, 2)))
        .ref(
            "blob_announce_to_context",
            "ll",
            "i",
            (s, a) -> s.blobs().announce(buffer(s, a, 0), buffer(s, a, 1)));
  }

  private static void contexts(final Table table) {
    table
        .ref(
            "context_add_member", "l", "", action((s, a) -> s.actions().addMember(buffer(s, a, 0))))
        .ref(
            "context_remove_member",
            "l",
            "",
            action((s, a) -> s.actions().removeMember(buffer(s, a, 0))))
        .ref("context_is_member", "l", "i", (s, a) -> s.actions().isMember(buffer(s, a, 0)))
        .single("context_members", "l", "", action((s, a) -> s.actions().members(a.i64(0))))
        .ref(
            "context_create",
            "llll",
            "",
            action(
                (s, a) ->
                    s.actions()
                        .createContext(
                            buffer(s, a, 0),
                            buffer(s, a, 1),
                            buffer(s, a, 2),
                            a.i64(3) == 0 ? Optional.empty() : Optional.of(buffer(s, a, 3)))))
        .ref(
            "context_delete", "l", "", action((s, a) -> s.actions().removeContext(buffer(s, a, 0))))
        .ref(
            "context_resolve_alias",
            "ll",
            "i",
            (s, a) -> s.actions().resolveAlias(buffer(s, a, 0), a.i64(1)));
  }

  private static void calls(final Table table) {
    table
        .ref(
            "xcall",
            "l",
            "",
            action(
                (s, a) ->
                    s.actions()
                        .callContext(
                            s.view().buffer(a.i64(0)),
                            s.view().buffer(a.i64(0) + BUFFER),
                            s.view().buffer(a.i64(0) + 2 * BUFFER))))
        .split(
            "send_proposal",
            "llll",
            "",
            action((s, a) -> s.actions().propose(pair(a, 0), pair(a, 2))))
        .ref(
            "send_proposal",
            "ll",
            "",
            action((s, a) -> s.actions().propose(buffer(s, a, 0), buffer(s, a, 1))))
        .split("approve_proposal", "ll", "", action((s, a) -> s.actions().approve(pair(a, 0))))
        .ref("approve_proposal", "l", "", action((s, a) -> s.actions().approve(buffer(s, a, 0))));
  }
}
