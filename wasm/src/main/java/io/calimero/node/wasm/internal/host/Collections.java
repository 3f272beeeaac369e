// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The collections of applications in JavaScript, which live with the host: ordinary entries of the
 * state. Since every member runs every call in the same order, no collection needs to merge: a
 * counter counts, the last write wins.
 *
 * <p>Results are those that the JavaScript SDK expects: 1 and 0 for yes and no, -1 for a misuse
 * that the application can handle, its description in the register. A collection of which nothing
 * was written is empty, whether or not it was made by one of these functions.
 */
final class Collections {
  private static final char MAP = 'm';
  private static final char VECTOR = 'v';
  private static final char SET = 's';
  private static final char REGISTER = 'l';
  private static final char COUNTER = 'c';
  private static final char USERS = 'u';
  private static final char FROZEN = 'f';
  private static final char LENGTH = 'n';
  private static final int STAMP = 24;
  private static final int PREFIX = Reserved.length() + 1 + Hash.LENGTH;

  private final CallSession session;

  Collections(final CallSession session) {
    this.session = session;
  }

  /** A new collection of any kind: an identifier that no other has. */
  int create(final long register) {
    session.setRegister(register, Bytes.wrap(session.random(Hash.LENGTH)));
    return 0;
  }

  int mapGet(final Slice id, final Slice key, final long register) {
    return with(id, register, map -> get(key(MAP, map, name(key)), register));
  }

  int mapInsert(final Slice id, final Slice key, final Slice value, final long register) {
    return with(
        id,
        register,
        map -> put(key(MAP, map, name(key)), Optional.of(session.value(value)), register));
  }

  int mapRemove(final Slice id, final Slice key, final long register) {
    return with(id, register, map -> drop(key(MAP, map, name(key)), register));
  }

  int mapContains(final Slice id, final Slice key) {
    return with(id, 0, map -> has(key(MAP, map, name(key))));
  }

  int mapEntries(final Slice id, final long register) {
    return with(
        id,
        register,
        map -> {
          final Packed packed = new Packed(session);
          each(
              MAP,
              map,
              entry ->
                  packed
                      .add(Reserved.rest(entry.getKey(), PREFIX))
                      .add(entry.getValue().unsafeArray())
                      .counted());
          session.setRegister(register, packed.toBytes());
          return 1;
        });
  }

  int vectorLength(final Slice id, final long register) {
    return with(id, register, vector -> number(length(vector), register));
  }

  int vectorPush(final Slice id, final Slice value) {
    return with(
        id,
        0,
        vector -> {
          session.mustMutate();
          final long length = length(vector);
          session.store(key(VECTOR, vector, place(length)), Optional.of(session.value(value)));
          length(vector, length + 1);
          return 1;
        });
  }

  int vectorGet(final Slice id, final long place, final long register) {
    return with(id, register, vector -> get(key(VECTOR, vector, place(place)), register));
  }

  int vectorPop(final Slice id, final long register) {
    return with(
        id,
        register,
        vector -> {
          session.mustMutate();
          final long length = length(vector);
          if (length == 0) {
            session.setRegister(register, Bytes.EMPTY);
            return 0;
          }
          length(vector, length - 1);
          return drop(key(VECTOR, vector, place(length - 1)), register);
        });
  }

  int setInsert(final Slice id, final Slice value) {
    return with(
        id,
        0,
        set -> {
          session.mustMutate();
          final Bytes element = session.value(value);
          final Bytes key = key(SET, set, digest(element));
          if (session.state().get(key).isPresent()) {
            return 0;
          }
          session.store(key, Optional.of(element));
          length(set, length(set) + 1);
          return 1;
        });
  }

  int setContains(final Slice id, final Slice value) {
    return with(id, 0, set -> has(key(SET, set, digest(session.value(value)))));
  }

  int setRemove(final Slice id, final Slice value) {
    return with(
        id,
        0,
        set -> {
          session.mustMutate();
          final Bytes key = key(SET, set, digest(session.value(value)));
          if (session.state().get(key).isEmpty()) {
            return 0;
          }
          session.store(key, Optional.empty());
          length(set, length(set) - 1);
          return 1;
        });
  }

  int setLength(final Slice id, final long register) {
    return with(id, register, set -> number(length(set), register));
  }

  int setElements(final Slice id, final long register) {
    return with(
        id,
        register,
        set -> {
          final Packed packed = new Packed(session);
          each(SET, set, entry -> packed.add(entry.getValue().unsafeArray()).counted());
          session.setRegister(register, packed.toBytes());
          return 1;
        });
  }

  int setClear(final Slice id) {
    return with(
        id,
        0,
        set -> {
          session.mustMutate();
          if (length(set) == 0) {
            return 0;
          }
          final List<Bytes> keys = new ArrayList<>();
          each(SET, set, entry -> keys.add(entry.getKey()));
          keys.forEach(key -> session.store(key, Optional.empty()));
          length(set, 0);
          return 1;
        });
  }

  /** Sets a register, or empties it; tells whether that changed it. */
  int registerSet(final Slice id, final Optional<Slice> value) {
    return with(
        id,
        0,
        register -> {
          session.mustMutate();
          final Bytes key = key(REGISTER, register);
          final Optional<Bytes> before = session.state().get(key).map(Collections::unstamped);
          final Optional<Bytes> after = value.map(session::value);
          if (after.isPresent() || before.isPresent()) {
            session.store(key, after.map(this::stamped));
          }
          return before.equals(after) ? 0 : 1;
        });
  }

  int registerGet(final Slice id, final long register) {
    return with(
        id,
        register,
        lww ->
            answer(session.state().get(key(REGISTER, lww)).map(Collections::unstamped), register));
  }

  /** When it was set and by whom: a time in 2^-32 seconds, and sixteen bytes of the executor. */
  int registerTime(final Slice id, final long register) {
    return with(
        id,
        register,
        lww ->
            answer(
                session
                    .state()
                    .get(key(REGISTER, lww))
                    .map(stored -> Bytes.wrap(Arrays.copyOf(stored.unsafeArray(), STAMP))),
                register));
  }

  int counterIncrement(final Slice id) {
    return with(
        id,
        0,
        counter -> {
          session.mustMutate();
          final Bytes key = key(COUNTER, counter, executor());
          session.store(key, Optional.of(bytes(number(key) + 1)));
          return 1;
        });
  }

  int counterValue(final Slice id, final long register) {
    return with(
        id,
        register,
        counter -> {
          final long[] sum = new long[1];
          each(COUNTER, counter, entry -> sum[0] += asNumber(entry.getValue()));
          return number(sum[0], register);
        });
  }

  int counterOf(final Slice id, final Optional<Slice> executor, final long register) {
    return with(
        id,
        register,
        counter -> {
          final byte[] whose = executor.map(this::name).orElseGet(this::executor);
          return whose.length == Hash.LENGTH
              ? number(number(key(COUNTER, counter, whose)), register)
              : misuse(register, "executor id must be exactly 32 bytes");
        });
  }

  int userInsert(final Slice id, final Slice value, final long register) {
    return with(
        id,
        register,
        users -> put(key(USERS, users, executor()), Optional.of(session.value(value)), register));
  }

  int userGet(final Slice id, final Optional<Slice> user, final long register) {
    return ofUser(id, user, register, key -> get(key, register));
  }

  int userRemove(final Slice id, final long register) {
    return with(id, register, users -> drop(key(USERS, users, executor()), register));
  }

  int userContains(final Slice id, final Optional<Slice> user) {
    return ofUser(id, user, 0, this::has);
  }

  /** Keeps a value for ever, under its digest. */
  int frozenAdd(final Slice id, final Slice value, final long register) {
    return with(
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
    return ofDigest(id, digest, register, key -> get(key, register));
  }

  int frozenContains(final Slice id, final Slice digest) {
    return ofDigest(id, digest, 0, this::has);
  }

  /** Keeps the document of the application. */
  void persistDocument(final Slice document) {
    final Bytes content = session.value(document);
    final Bytes key = Reserved.key(Reserved.DOCUMENT);
    if (!session.state().get(key).filter(content::equals).isPresent()) {
      session.store(key, Optional.of(content));
    }
  }

  int readDocument(final long register) {
    final Optional<Bytes> document = session.state().get(Reserved.key(Reserved.DOCUMENT));
    document.ifPresent(content -> session.setRegister(register, content));
    return document.isPresent() ? 1 : 0;
  }

  /** What one who has no delta to send tells: whether something was written. */
  int flush() {
    return session.state().isEmpty() ? 0 : 1;
  }

  private interface OnCollection {
    int run(byte[] id);
  }

  private interface OnKey {
    int run(Bytes key);
  }

  private interface OnEntry {
    void run(Map.Entry<Bytes, Bytes> entry);
  }

  private int with(final Slice id, final long register, final OnCollection task) {
    final byte[] collection = name(id);
    return collection.length == Hash.LENGTH
        ? task.run(collection)
        : misuse(register, "mapId must be exactly 32 bytes (received " + collection.length + ")");
  }

  private int ofUser(
      final Slice id, final Optional<Slice> user, final long register, final OnKey task) {
    return with(
        id,
        register,
        users -> {
          final byte[] whose = user.map(this::name).orElseGet(this::executor);
          return whose.length == Hash.LENGTH
              ? task.run(key(USERS, users, whose))
              : misuse(register, "user key must be exactly 32 bytes");
        });
  }

  private int ofDigest(final Slice id, final Slice digest, final long register, final OnKey task) {
    return with(
        id,
        register,
        frozen -> {
          final byte[] name = name(digest);
          return name.length == Hash.LENGTH
              ? task.run(key(FROZEN, frozen, name))
              : misuse(register, "hash must be exactly 32 bytes");
        });
  }

  private void each(final char kind, final byte[] id, final OnEntry task) {
    final Bytes from = key(kind, id);
    final Iterator<Map.Entry<Bytes, Bytes>> entries =
        session.state().scan(from, Reserved.behind(from));
    for (int passed = 1; entries.hasNext(); passed++) {
      if (passed > HostLimits.SCANNED) {
        throw session.refuse("collection scan overflow");
      }
      task.run(entries.next());
    }
  }

  private int get(final Bytes key, final long register) {
    return answer(session.state().get(key), register);
  }

  private int has(final Bytes key) {
    return session.state().get(key).isPresent() ? 1 : 0;
  }

  private int put(final Bytes key, final Optional<Bytes> value, final long register) {
    session.mustMutate();
    final Optional<Bytes> before = session.state().get(key);
    session.store(key, value);
    return answer(before, register);
  }

  private int drop(final Bytes key, final long register) {
    session.mustMutate();
    final Optional<Bytes> before = session.state().get(key);
    if (before.isPresent()) {
      session.store(key, Optional.empty());
    }
    return answer(before, register);
  }

  private int answer(final Optional<Bytes> value, final long register) {
    session.setRegister(register, value.orElse(Bytes.EMPTY));
    return value.isPresent() ? 1 : 0;
  }

  private int number(final long value, final long register) {
    session.setRegister(register, bytes(value));
    return 1;
  }

  private int misuse(final long register, final String what) {
    session.setRegister(register, Bytes.utf8(what));
    return -1;
  }

  private long length(final byte[] id) {
    return number(key(LENGTH, id));
  }

  private void length(final byte[] id, final long length) {
    session.store(key(LENGTH, id), length == 0 ? Optional.empty() : Optional.of(bytes(length)));
  }

  private long number(final Bytes key) {
    return session.state().get(key).map(Collections::asNumber).orElse(0L);
  }

  private byte[] executor() {
    return session.call().executor().hash().toByteArray();
  }

  private byte[] name(final Slice name) {
    return session.indexKey(name).unsafeArray();
  }

  private Bytes stamped(final Bytes value) {
    final long nanos = session.call().timestamp();
    final long seconds = Long.divideUnsigned(nanos, 1_000_000_000L);
    final long rest = Long.remainderUnsigned(nanos, 1_000_000_000L);
    final ByteBuffer out =
        ByteBuffer.allocate(STAMP + value.length()).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(seconds << 32 | Long.divideUnsigned(rest << 32, 1_000_000_000L));
    out.put(executor(), 0, STAMP - Long.BYTES).put(value.unsafeArray());
    return Bytes.wrap(out.array());
  }

  private static Bytes unstamped(final Bytes stored) {
    return Bytes.wrap(Reserved.rest(stored, STAMP));
  }

  private static Bytes key(final char kind, final byte[] id, final byte[]... rest) {
    final byte[] name = new byte[1 + id.length + (rest.length == 0 ? 0 : rest[0].length)];
    name[0] = (byte) kind;
    System.arraycopy(id, 0, name, 1, id.length);
    if (rest.length > 0) {
      System.arraycopy(rest[0], 0, name, 1 + id.length, rest[0].length);
    }
    return Reserved.key(Reserved.COLLECTION, name);
  }

  /** Big-endian, so that the keys of a vector stand in the order of its elements. */
  private static byte[] place(final long place) {
    return ByteBuffer.allocate(Long.BYTES).putLong(place).array();
  }

  private static byte[] digest(final Bytes value) {
    return Hash.sha256(value.unsafeArray()).toByteArray();
  }

  private static long asNumber(final Bytes value) {
    return ByteBuffer.wrap(value.unsafeArray()).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static Bytes bytes(final long value) {
    return Bytes.wrap(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }
}
