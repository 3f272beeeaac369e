// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import static io.calimero.node.wasm.internal.host.CollectionRows.COUNTER;
import static io.calimero.node.wasm.internal.host.CollectionRows.FROZEN;
import static io.calimero.node.wasm.internal.host.CollectionRows.REGISTER;
import static io.calimero.node.wasm.internal.host.CollectionRows.USERS;
import static io.calimero.node.wasm.internal.host.CollectionRows.asNumber;
import static io.calimero.node.wasm.internal.host.CollectionRows.bytes;
import static io.calimero.node.wasm.internal.host.CollectionRows.digest;
import static io.calimero.node.wasm.internal.host.CollectionRows.key;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * The collections of applications in JavaScript that say who did something: registers with the time
 * of their last change, counters, what each user stores, and what is frozen. As {@link Collections}
 * otherwise.
 */
final class Records {
  private static final int STAMP = 24;

  private final CallSession session;
  private final CollectionRows rows;

  Records(final CallSession session) {
    this.session = session;
    rows = new CollectionRows(session);
  }

  /** Sets a register, or empties it; tells whether that changed it. */
  int registerSet(final Slice id, final Optional<Slice> value) {
    return rows.with(
        id,
        0,
        register -> {
          session.mustMutate();
          final Bytes key = key(REGISTER, register);
          final Optional<Bytes> before = session.state().get(key).map(Records::unstamped);
          final Optional<Bytes> after = value.map(session::value);
          if (after.isPresent() || before.isPresent()) {
            session.store(key, after.map(this::stamped));
          }
          return before.equals(after) ? 0 : 1;
        });
  }

  int registerGet(final Slice id, final long register) {
    return rows.with(
        id,
        register,
        lww ->
            rows.answer(session.state().get(key(REGISTER, lww)).map(Records::unstamped), register));
  }

  /** When it was set and by whom: a time in 2^-32 seconds, and sixteen bytes of the executor. */
  int registerTime(final Slice id, final long register) {
    return rows.with(
        id,
        register,
        lww ->
            rows.answer(
                session
                    .state()
                    .get(key(REGISTER, lww))
                    .map(stored -> Bytes.wrap(Arrays.copyOf(stored.unsafeArray(), STAMP))),
                register));
  }

  int counterIncrement(final Slice id) {
    return rows.with(
        id,
        0,
        counter -> {
          session.mustMutate();
          final Bytes key = key(COUNTER, counter, rows.executor());
          session.store(key, Optional.of(bytes(rows.number(key) + 1)));
          return 1;
        });
  }

  int counterValue(final Slice id, final long register) {
    return rows.with(
        id,
        register,
        counter -> {
          final long[] sum = new long[1];
          rows.each(COUNTER, counter, entry -> sum[0] += asNumber(entry.getValue()));
          return rows.number(sum[0], register);
        });
  }

  int counterOf(final Slice id, final Optional<Slice> executor, final long register) {
    return rows.with(
        id,
        register,
        counter -> {
          final byte[] whose = executor.map(rows::name).orElseGet(rows::executor);
          return whose.length == Hash.LENGTH
              ? rows.number(rows.number(key(COUNTER, counter, whose)), register)
              : rows.misuse(register, "executor id must be exactly 32 bytes");
        });
  }

  int userInsert(final Slice id, final Slice value, final long register) {
    return rows.with(
        id,
        register,
        users ->
            rows.put(
                key(USERS, users, rows.executor()), Optional.of(session.value(value)), register));
  }

  int userGet(final Slice id, final Optional<Slice> user, final long register) {
    return ofUser(id, user, register, key -> rows.get(key, register));
  }

  int userRemove(final Slice id, final long register) {
    return rows.with(
        id, register, users -> rows.drop(key(USERS, users, rows.executor()), register));
  }

  int userContains(final Slice id, final Optional<Slice> user) {
    return ofUser(id, user, 0, rows::has);
  }

  /** Keeps a value for ever, under its digest. */
  int frozenAdd(final Slice id, final Slice value, final long register) {
    return rows.with(
        id,
        register,
        frozen -> {
          session.mustMutate();
          final Bytes content = session.value(value);
          final byte[] digest = digest(content);
          final Bytes key = key(FROZEN, frozen, digest);
          if (session.state().get(key).isEmpty()) {
            session.store(key, Optional.of(content));
          }
          session.setRegister(register, Bytes.wrap(digest));
          return 1;
        });
  }

  int frozenGet(final Slice id, final Slice digest, final long register) {
    return ofDigest(id, digest, register, key -> rows.get(key, register));
  }

  int frozenContains(final Slice id, final Slice digest) {
    return ofDigest(id, digest, 0, rows::has);
  }

  private int ofUser(
      final Slice id,
      final Optional<Slice> user,
      final long register,
      final CollectionRows.OnKey task) {
    return rows.with(
        id,
        register,
        users -> {
          final byte[] whose = user.map(rows::name).orElseGet(rows::executor);
          return whose.length == Hash.LENGTH
              ? task.run(key(USERS, users, whose))
              : rows.misuse(register, "user key must be exactly 32 bytes");
        });
  }

  private int ofDigest(
      final Slice id, final Slice digest, final long register, final CollectionRows.OnKey task) {
    return rows.with(
        id,
        register,
        frozen -> {
          final byte[] name = rows.name(digest);
          return name.length == Hash.LENGTH
              ? task.run(key(FROZEN, frozen, name))
              : rows.misuse(register, "hash must be exactly 32 bytes");
        });
  }

  private Bytes stamped(final Bytes value) {
    final long nanos = session.call().timestamp();
    final long seconds = Long.divideUnsigned(nanos, 1_000_000_000L);
    final long rest = Long.remainderUnsigned(nanos, 1_000_000_000L);
    final ByteBuffer out =
        ByteBuffer.allocate(STAMP + value.length()).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(seconds << 32 | Long.divideUnsigned(rest << 32, 1_000_000_000L));
    out.put(rows.executor(), 0, STAMP - Long.BYTES).put(value.unsafeArray());
    return Bytes.wrap(out.array());
  }

  private static Bytes unstamped(final Bytes stored) {
    return Bytes.wrap(Reserved.rest(stored, STAMP));
  }
}
