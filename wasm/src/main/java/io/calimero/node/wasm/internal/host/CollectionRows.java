// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** The rows of the collections, for those who know what each collection is. */
final class CollectionRows {
  static final char MAP = 'm';
  static final char VECTOR = 'v';
  static final char SET = 's';
  static final char REGISTER = 'l';
  static final char COUNTER = 'c';
  static final char USERS = 'u';
  static final char FROZEN = 'f';
  private static final char LENGTH = 'n';

  private final CallSession session;

  CollectionRows(final CallSession session) {
    this.session = session;
  }

  interface OnCollection {
    int run(byte[] id);
  }

  interface OnKey {
    int run(Bytes key);
  }

  interface OnEntry {
    void run(Map.Entry<Bytes, Bytes> entry);
  }

  int with(final Slice id, final long register, final OnCollection task) {
    final byte[] collection = name(id);
    return collection.length == Hash.LENGTH
        ? task.run(collection)
        : misuse(register, "mapId must be exactly 32 bytes (received " + collection.length + ")");
  }

  void each(final char kind, final byte[] id, final OnEntry task) {
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

  int get(final Bytes key, final long register) {
    return answer(session.state().get(key), register);
  }

  int has(final Bytes key) {
    return session.state().get(key).isPresent() ? 1 : 0;
  }

  int put(final Bytes key, final Optional<Bytes> value, final long register) {
    session.mustMutate();
    final Optional<Bytes> before = session.state().get(key);
    session.store(key, value);
    return answer(before, register);
  }

  int drop(final Bytes key, final long register) {
    session.mustMutate();
    final Optional<Bytes> before = session.state().get(key);
    if (before.isPresent()) {
      session.store(key, Optional.empty());
    }
    return answer(before, register);
  }

  int answer(final Optional<Bytes> value, final long register) {
    session.setRegister(register, value.orElse(Bytes.EMPTY));
    return value.isPresent() ? 1 : 0;
  }

  int number(final long value, final long register) {
    session.setRegister(register, bytes(value));
    return 1;
  }

  int misuse(final long register, final String what) {
    session.setRegister(register, Bytes.utf8(what));
    return -1;
  }

  long length(final byte[] id) {
    return number(key(LENGTH, id));
  }

  void length(final byte[] id, final long length) {
    session.store(key(LENGTH, id), length == 0 ? Optional.empty() : Optional.of(bytes(length)));
  }

  long number(final Bytes key) {
    return session.state().get(key).map(CollectionRows::asNumber).orElse(0L);
  }

  byte[] executor() {
    return session.call().executor().hash().toByteArray();
  }

  byte[] name(final Slice name) {
    return session.indexKey(name).unsafeArray();
  }

  static Bytes key(final char kind, final byte[] id, final byte[]... rest) {
    final byte[] name = new byte[1 + id.length + (rest.length == 0 ? 0 : rest[0].length)];
    name[0] = (byte) kind;
    System.arraycopy(id, 0, name, 1, id.length);
    if (rest.length > 0) {
      System.arraycopy(rest[0], 0, name, 1 + id.length, rest[0].length);
    }
    return Reserved.key(Reserved.COLLECTION, name);
  }

  /** Big-endian, so that the keys of a vector stand in the order of its elements. */
  static byte[] place(final long place) {
    return ByteBuffer.allocate(Long.BYTES).putLong(place).array();
  }

  static byte[] digest(final Bytes value) {
    return Hash.sha256(value.unsafeArray()).toByteArray();
  }

  static long asNumber(final Bytes value) {
    return ByteBuffer.wrap(value.unsafeArray()).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  static Bytes bytes(final long value) {
    return Bytes.wrap(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }
}
