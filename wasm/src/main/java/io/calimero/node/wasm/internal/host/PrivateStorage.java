// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.WriteSet;
import io.calimero.node.wasm.AuthorSide;
import io.calimero.node.wasm.StateReader;
import java.util.Optional;

/**
 * The private storage of the author, as one call sees it: what it found, and over it what it wrote.
 * As large as what a call may write to the state.
 */
final class PrivateStorage {
  private final CallSession session;
  private final Optional<Writes> rows;
  private boolean used;

  PrivateStorage(final CallSession session) {
    this.session = session;
    rows =
        session
            .call()
            .surroundings()
            .author()
            .map(author -> new Writes(session.limits(), reader(author)));
  }

  private static StateReader reader(final AuthorSide author) {
    return author::privateRow;
  }

  int read(final Slice key, final long register) {
    return found(rows("private_storage_read").get(session.indexKey(key)), register);
  }

  int write(final Slice key, final Slice value) {
    final Writes own = rows("private_storage_write");
    session.mustMutate();
    put(own, session.indexKey(key), Optional.of(session.value(value)));
    return 1;
  }

  /** Removes a value, which goes into the register if there was one. */
  int remove(final Slice key, final long register) {
    final Writes own = rows("private_storage_remove");
    session.mustMutate();
    final Bytes name = session.indexKey(key);
    final Optional<Bytes> before = own.get(name);
    if (before.isPresent()) {
      put(own, name, Optional.empty());
    }
    return found(before, register);
  }

  boolean used() {
    return used;
  }

  /** What has been written. */
  WriteSet writes() {
    return rows.map(Writes::toWriteSet).orElse(WriteSet.EMPTY);
  }

  /** The storage, from now on used; or the end of a call that is not run for its author. */
  private Writes rows(final String function) {
    used = true;
    return rows.orElseThrow(
        () ->
            session.refuse(
                function
                    + " is not available: only the node of the executor has its private storage,"
                    + " and this call is run by others too"));
  }

  private void put(final Writes own, final Bytes key, final Optional<Bytes> value) {
    if (!own.put(key, value)) {
      throw session.refuse("private storage writes overflow");
    }
  }

  private int found(final Optional<Bytes> value, final long register) {
    value.ifPresent(bytes -> session.setRegister(register, bytes));
    return value.isPresent() ? 1 : 0;
  }
}
