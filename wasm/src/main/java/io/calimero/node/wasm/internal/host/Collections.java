// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import static io.calimero.node.wasm.internal.host.CollectionRows.MAP;
import static io.calimero.node.wasm.internal.host.CollectionRows.SET;
import static io.calimero.node.wasm.internal.host.CollectionRows.VECTOR;
import static io.calimero.node.wasm.internal.host.CollectionRows.digest;
import static io.calimero.node.wasm.internal.host.CollectionRows.key;
import static io.calimero.node.wasm.internal.host.CollectionRows.place;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.util.ArrayList;
import java.util.List;
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
  private static final int PREFIX = Reserved.length() + 1 + Hash.LENGTH;

  private final CallSession session;
  private final CollectionRows rows;

  Collections(final CallSession session) {
    this.session = session;
    rows = new CollectionRows(session);
  }

  /** A new collection of any kind: an identifier that no other has. */
  int create(final long register) {
    session.setRegister(register, Bytes.wrap(session.random(Hash.LENGTH)));
    return 0;
  }

  int mapGet(final Slice id, final Slice key, final long register) {
    return rows.with(id, register, map -> rows.get(key(MAP, map, rows.name(key)), register));
  }

  int mapInsert(final Slice id, final Slice key, final Slice value, final long register) {
    return rows.with(
        id,
        register,
        map ->
            rows.put(key(MAP, map, rows.name(key)), Optional.of(session.value(value)), register));
  }

  int mapRemove(final Slice id, final Slice key, final long register) {
    return rows.with(id, register, map -> rows.drop(key(MAP, map, rows.name(key)), register));
  }

  int mapContains(final Slice id, final Slice key) {
    return rows.with(id, 0, map -> rows.has(key(MAP, map, rows.name(key))));
  }

  int mapEntries(final Slice id, final long register) {
    return rows.with(
        id,
        register,
        map -> {
          final Packed packed = new Packed(session);
          rows.each(
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
    return rows.with(id, register, vector -> rows.number(rows.length(vector), register));
  }

  int vectorPush(final Slice id, final Slice value) {
    return rows.with(
        id,
        0,
        vector -> {
          session.mustMutate();
          final long length = rows.length(vector);
          session.store(key(VECTOR, vector, place(length)), Optional.of(session.value(value)));
          rows.length(vector, length + 1);
          return 1;
        });
  }

  int vectorGet(final Slice id, final long place, final long register) {
    return rows.with(id, register, vector -> rows.get(key(VECTOR, vector, place(place)), register));
  }

  int vectorPop(final Slice id, final long register) {
    return rows.with(
        id,
        register,
        vector -> {
          session.mustMutate();
          final long length = rows.length(vector);
          if (length == 0) {
            session.setRegister(register, Bytes.EMPTY);
            return 0;
          }
          rows.length(vector, length - 1);
          return rows.drop(key(VECTOR, vector, place(length - 1)), register);
        });
  }

  int setInsert(final Slice id, final Slice value) {
    return rows.with(
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
          rows.length(set, rows.length(set) + 1);
          return 1;
        });
  }

  int setContains(final Slice id, final Slice value) {
    return rows.with(id, 0, set -> rows.has(key(SET, set, digest(session.value(value)))));
  }

  int setRemove(final Slice id, final Slice value) {
    return rows.with(
        id,
        0,
        set -> {
          session.mustMutate();
          final Bytes key = key(SET, set, digest(session.value(value)));
          if (session.state().get(key).isEmpty()) {
            return 0;
          }
          session.store(key, Optional.empty());
          rows.length(set, rows.length(set) - 1);
          return 1;
        });
  }

  int setLength(final Slice id, final long register) {
    return rows.with(id, register, set -> rows.number(rows.length(set), register));
  }

  int setElements(final Slice id, final long register) {
    return rows.with(
        id,
        register,
        set -> {
          final Packed packed = new Packed(session);
          rows.each(SET, set, entry -> packed.add(entry.getValue().unsafeArray()).counted());
          session.setRegister(register, packed.toBytes());
          return 1;
        });
  }

  int setClear(final Slice id) {
    return rows.with(
        id,
        0,
        set -> {
          session.mustMutate();
          if (rows.length(set) == 0) {
            return 0;
          }
          final List<Bytes> keys = new ArrayList<>();
          rows.each(SET, set, entry -> keys.add(entry.getKey()));
          keys.forEach(key -> session.store(key, Optional.empty()));
          rows.length(set, 0);
          return 1;
        });
  }
}
