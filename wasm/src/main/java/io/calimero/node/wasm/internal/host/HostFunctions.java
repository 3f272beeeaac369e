// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.wasm.AbiGeneration;
import io.calimero.node.wasm.internal.host.HostFunction.Arguments;
import io.calimero.node.wasm.internal.host.HostFunction.Body;
import io.calimero.node.wasm.internal.module.FunctionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The host functions. Most exist in two shapes: <em>split</em>, where bytes are passed as address
 * and length, and <em>ref</em>, where the address of a descriptor of both is passed. The type under
 * which a module imports a function tells which it means. In types {@code l} is a 64-bit, {@code i}
 * a 32-bit integer.
 */
public final class HostFunctions {
  /** The module name of every import. */
  public static final String MODULE = "env";

  private static final int BUFFER_SIZE = 16;
  private static final List<HostFunction> ALL = all();

  private HostFunctions() {}

  /** The function of that name and type. */
  public static Optional<HostFunction> find(final String name, final FunctionType type) {
    return ALL.stream()
        .filter(function -> function.name().equals(name) && function.type().equals(type))
        .findFirst();
  }

  /** Every function in every shape. */
  public static List<HostFunction> list() {
    return ALL;
  }

  private static List<HostFunction> all() {
    final List<HostFunction> list = new ArrayList<>();
    call(list);
    storage(list);
    environment(list);
    list.addAll(NodeFunctions.list());
    list.addAll(ScriptFunctions.list());
    return List.copyOf(list);
  }

  private static void call(final List<HostFunction> list) {
    split(list, "panic", "llii", "", (s, a) -> panic(s, Optional.empty(), place(a, 0)));
    ref(list, "panic", "l", "", (s, a) -> panic(s, Optional.empty(), place(s, a, 0)));
    split(
        list, "panic_utf8", "llllii", "", (s, a) -> panic(s, Optional.of(pair(a, 0)), place(a, 2)));
    ref(
        list,
        "panic_utf8",
        "ll",
        "",
        (s, a) -> panic(s, Optional.of(buffer(s, a, 0)), place(s, a, 1)));

    single(list, "register_len", "l", "l", (s, a) -> s.registerLength(a.i64(0)));
    split(list, "read_register", "lll", "i", (s, a) -> s.readRegister(a.i64(0), pair(a, 1)));
    ref(list, "read_register", "ll", "i", (s, a) -> s.readRegister(a.i64(0), buffer(s, a, 1)));

    single(list, "input", "l", "", action((s, a) -> s.input(a.i64(0))));
    split(list, "value_return", "lll", "", action((s, a) -> s.valueReturn(a.i64(0), pair(a, 1))));
    ref(
        list,
        "value_return",
        "l",
        "",
        action(
            (s, a) ->
                s.valueReturn(s.view().number(a.i64(0)), s.view().buffer(a.i64(0) + Long.BYTES))));

    split(list, "log_utf8", "ll", "", action((s, a) -> s.log(pair(a, 0))));
    ref(list, "log_utf8", "l", "", action((s, a) -> s.log(buffer(s, a, 0))));
    split(list, "emit", "llll", "", action((s, a) -> s.emit(pair(a, 0), pair(a, 2))));
    ref(
        list,
        "emit",
        "l",
        "",
        action(
            (s, a) -> s.emit(s.view().buffer(a.i64(0)), s.view().buffer(a.i64(0) + BUFFER_SIZE))));
    split(list, "commit", "llll", "", action((s, a) -> s.commit(pair(a, 0), pair(a, 2))));
    ref(list, "commit", "ll", "", action((s, a) -> s.commit(buffer(s, a, 0), buffer(s, a, 1))));
  }

  private static void storage(final List<HostFunction> list) {
    split(list, "storage_read", "lll", "i", (s, a) -> s.storageRead(pair(a, 0), a.i64(2)));
    ref(list, "storage_read", "ll", "i", (s, a) -> s.storageRead(buffer(s, a, 0), a.i64(1)));
    split(
        list,
        "storage_write",
        "lllll",
        "i",
        (s, a) -> s.storageWrite(pair(a, 0), pair(a, 2), a.i64(4)));
    ref(
        list,
        "storage_write",
        "lll",
        "i",
        (s, a) -> s.storageWrite(buffer(s, a, 0), buffer(s, a, 1), a.i64(2)));
    split(list, "storage_remove", "lll", "i", (s, a) -> s.storageRemove(pair(a, 0), a.i64(2)));
    ref(list, "storage_remove", "ll", "i", (s, a) -> s.storageRemove(buffer(s, a, 0), a.i64(1)));
  }

  private static void environment(final List<HostFunction> list) {
    single(list, "context_id", "l", "", action((s, a) -> s.contextId(a.i64(0))));
    single(list, "executor_id", "l", "", action((s, a) -> s.executorId(a.i64(0))));
    split(list, "random_bytes", "ll", "", action((s, a) -> s.randomBytes(pair(a, 0))));
    ref(list, "random_bytes", "l", "", action((s, a) -> s.randomBytes(buffer(s, a, 0))));
    split(list, "time_now", "ll", "", action((s, a) -> s.timeNow(pair(a, 0))));
    ref(list, "time_now", "l", "", action((s, a) -> s.timeNow(buffer(s, a, 0))));
  }

  /** A function without a result. */
  @FunctionalInterface
  private interface Action {
    void run(CallSession session, Arguments arguments);
  }

  private static Body action(final Action action) {
    return (session, arguments) -> {
      action.run(session, arguments);
      return 0;
    };
  }

  private static void single(
      final List<HostFunction> list,
      final String name,
      final String parameters,
      final String results,
      final Body body) {
    list.add(
        new HostFunction(name, FunctionType.of(parameters, results), AbiGeneration.NONE, body));
  }

  private static void split(
      final List<HostFunction> list,
      final String name,
      final String parameters,
      final String results,
      final Body body) {
    list.add(
        new HostFunction(name, FunctionType.of(parameters, results), AbiGeneration.SPLIT, body));
  }

  private static void ref(
      final List<HostFunction> list,
      final String name,
      final String parameters,
      final String results,
      final Body body) {
    list.add(new HostFunction(name, FunctionType.of(parameters, results), AbiGeneration.REF, body));
  }

  private static long panic(
      final CallSession session, final Optional<Slice> message, final Location location) {
    session.panic(message, location);
    return 0;
  }

  private static Slice pair(final Arguments arguments, final int index) {
    return new Slice(arguments.i64(index), arguments.i64(index + 1));
  }

  private static Slice buffer(
      final CallSession session, final Arguments arguments, final int index) {
    return session.view().buffer(arguments.i64(index));
  }

  private static Location place(final Arguments arguments, final int index) {
    return new Location(pair(arguments, index), arguments.i32(index + 2), arguments.i32(index + 3));
  }

  private static Location place(
      final CallSession session, final Arguments arguments, final int index) {
    return session.view().location(arguments.i64(index));
  }
}
