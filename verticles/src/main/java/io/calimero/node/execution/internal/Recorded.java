// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import io.calimero.node.events.Attestation;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Observation;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.wasm.StateReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A state that notes what a call found in it. Used by one call. */
final class Recorded implements StateReader {
  private final StateReader state;
  private final TreeMap<Bytes, Hash> keys = new TreeMap<>();
  private final List<Range> ranges = new ArrayList<>();
  private int rows;

  Recorded(final StateReader state) {
    this.state = state;
  }

  @Override
  public Optional<Bytes> get(final Bytes key) {
    final Optional<Bytes> value = state.get(key);
    if (keys.putIfAbsent(key, Observation.digest(value)) == null) {
      seen();
    }
    return value;
  }

  @Override
  public Iterator<Map.Entry<Bytes, Bytes>> scan(final Bytes from, final Bytes to) {
    final Range range = new Range(state.scan(from, to), from, to);
    seen();
    ranges.add(range);
    return range;
  }

  /** What was found. */
  List<Observation> observations() {
    final List<Observation> found = new ArrayList<>();
    keys.forEach((key, digest) -> found.add(new Observation.OfKey(key, digest)));
    ranges.forEach(range -> found.add(range.observation()));
    return found;
  }

  private void seen() {
    if (++rows > Attestation.MAX_OBSERVATIONS) {
      throw Problem.of(
              Code.INVALID_REQUEST,
              "a call with private storage may look at no more than "
                  + Attestation.MAX_OBSERVATIONS
                  + " rows")
          .toException();
    }
  }

  /** Rows while the call goes through them: what it has not come to it has not found. */
  private final class Range implements Iterator<Map.Entry<Bytes, Bytes>> {
    private final Iterator<Map.Entry<Bytes, Bytes>> entries;
    private final Bytes from;
    private final Bytes to;
    private Bytes reached;
    private Hash digest = Hash.ZERO;

    Range(final Iterator<Map.Entry<Bytes, Bytes>> entries, final Bytes from, final Bytes to) {
      this.entries = entries;
      this.from = from;
      this.to = to;
      reached = from;
    }

    @Override
    public boolean hasNext() {
      final boolean more = entries.hasNext();
      if (!more) {
        reached = to;
      }
      return more;
    }

    @Override
    public Map.Entry<Bytes, Bytes> next() {
      final Map.Entry<Bytes, Bytes> row = entries.next();
      seen();
      digest = Observation.chained(digest, row);
      final Bytes key = row.getKey();
      reached = Bytes.wrap(Arrays.copyOf(key.unsafeArray(), key.length() + 1));
      return row;
    }

    Observation observation() {
      return new Observation.OfRange(from, reached, digest);
    }
  }
}
