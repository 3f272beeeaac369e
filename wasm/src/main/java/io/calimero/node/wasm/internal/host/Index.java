// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The ordered index of an application: entries that it finds by ranges of their keys, and marks
 * beside them. Ordinary state of the context, because every member runs the call.
 */
final class Index {
  private final CallSession session;

  Index(final CallSession session) {
    this.session = session;
  }

  int set(final Slice key, final Slice value) {
    session.mustMutate();
    session.store(key(key), Optional.of(session.value(value)));
    return 1;
  }

  int remove(final Slice key) {
    session.mustMutate();
    drop(key(key));
    return 1;
  }

  int removePrefix(final Slice prefix) {
    session.mustMutate();
    final Bytes from = key(prefix);
    final List<Bytes> found = new ArrayList<>();
    final Iterator<Map.Entry<Bytes, Bytes>> entries =
        session.state().scan(from, Reserved.behind(from));
    while (entries.hasNext()) {
      found.add(entries.next().getKey());
      passed(found.size());
    }
    found.forEach(this::drop);
    return 1;
  }

  /**
   * Entries of a range, into a register.
   *
   * @param to where it ends; the end of the index if empty
   * @param offset how many entries to pass over
   * @param limit how many to return plus one; all if zero
   */
  int scan(
      final Slice from, final Slice to, final long offset, final long limit, final long register) {
    final Iterator<Map.Entry<Bytes, Bytes>> entries = range(from, to);
    final long wanted = limit == 0 ? Long.MAX_VALUE : limit - 1;
    final Packed packed = new Packed(session);
    for (long passed = 0;
        Long.compareUnsigned(packed.count(), wanted) < 0 && entries.hasNext();
        passed++) {
      final Map.Entry<Bytes, Bytes> entry = entries.next();
      passed(passed + 1);
      if (Long.compareUnsigned(passed, offset) >= 0) {
        packed.add(name(entry)).add(entry.getValue().unsafeArray()).counted();
      }
    }
    session.setRegister(register, packed.toBytes());
    return 1;
  }

  /** The last entry of a range, into a register. */
  int last(final Slice from, final Slice to, final long register) {
    final Iterator<Map.Entry<Bytes, Bytes>> entries = range(from, to);
    Optional<Map.Entry<Bytes, Bytes>> last = Optional.empty();
    for (long passed = 1; entries.hasNext(); passed++) {
      last = Optional.of(entries.next());
      passed(passed);
    }
    final Packed packed = new Packed(session);
    last.ifPresent(entry -> packed.add(name(entry)).add(entry.getValue().unsafeArray()).counted());
    session.setRegister(register, packed.toBytes());
    return 1;
  }

  int mark(final Slice key, final Slice value) {
    session.mustMutate();
    session.store(markKey(key), Optional.of(session.value(value)));
    return 1;
  }

  int readMark(final Slice key, final long register) {
    final Optional<Bytes> mark = session.state().get(markKey(key));
    mark.ifPresent(value -> session.setRegister(register, value));
    return mark.isPresent() ? 1 : 0;
  }

  int clearMark(final Slice key) {
    final Bytes name = markKey(key);
    if (session.state().get(name).isPresent()) {
      session.store(name, Optional.empty());
    }
    return 1;
  }

  private Iterator<Map.Entry<Bytes, Bytes>> range(final Slice from, final Slice to) {
    final Bytes end = key(to);
    return session
        .state()
        .scan(key(from), end.length() == Reserved.length() ? Reserved.behind(end) : end);
  }

  private void drop(final Bytes key) {
    if (session.state().get(key).isPresent()) {
      session.store(key, Optional.empty());
    }
  }

  private void passed(final long entries) {
    if (entries > HostLimits.SCANNED) {
      throw session.refuse("index scan overflow");
    }
  }

  private Bytes key(final Slice key) {
    return Reserved.key(Reserved.INDEX, session.indexKey(key).unsafeArray());
  }

  private Bytes markKey(final Slice key) {
    return Reserved.key(Reserved.INDEX_MARK, session.indexKey(key).unsafeArray());
  }

  private static byte[] name(final Map.Entry<Bytes, Bytes> entry) {
    return Reserved.rest(entry.getKey(), Reserved.length());
  }
}
