// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal.feed;

import java.util.List;
import java.util.Optional;

/**
 * A part of a log without a gap: an event per position, or nothing where the entry is one of
 * configuration.
 *
 * @param from the first position
 * @param events the events
 */
record Page(long from, List<Optional<PushedEvent>> events) {

  boolean has(final long position) {
    return position >= from && position < from + events.size();
  }

  Optional<PushedEvent> at(final long position) {
    return events.get((int) (position - from));
  }
}
