// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.storage.internal.Trouble;
import io.calimero.node.storage.state.StateEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The entries of an import, to be read from the first to the last when its snapshot is made. */
final class StagedBase implements Base {
  private final Path path;
  private final long head;
  private final long end;

  StagedBase(final Path path, final long head, final long end) {
    this.path = path;
    this.head = head;
    this.end = end;
  }

  @Override
  public Optional<Bytes> get(final Bytes key) {
    throw new UnsupportedOperationException("an import is only read from the first to the last");
  }

  @Override
  public Iterator<StateEntry> scan(final Bytes from, final Optional<Bytes> to) {
    if (!from.isEmpty() || to.isPresent()) {
      throw new UnsupportedOperationException("an import is only read from the first to the last");
    }
    return new Iterator<>() {
      private Iterator<StateEntry> part = Collections.emptyIterator();
      private long next = head;

      @Override
      public boolean hasNext() {
        if (!part.hasNext() && next < end) {
          read();
        }
        return part.hasNext();
      }

      @Override
      public StateEntry next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return part.next();
      }

      // The file is opened for each part, so that nobody has to close this iterator.
      private void read() {
        try (StagedParts parts = new StagedParts(path, next)) {
          final List<StateEntry> found =
              parts.next().orElseThrow(() -> new IOException("the part at " + next + " is broken"));
          part = found.iterator();
          next = parts.at();
        } catch (final IOException e) {
          throw Trouble.of("reading an imported state", path, e);
        }
      }
    };
  }
}
