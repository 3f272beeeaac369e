// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a context remembers of its open invitations.
 *
 * @param round how often a member was removed by another; an open invitation is good in its round
 * @param uses how often those of this round were used that have not expired, by their identifiers
 */
public record Admission(long round, SortedMap<Hash, Use> uses) {
  /** That of a new context. */
  static final Admission NONE = new Admission(0, new TreeMap<>());

  /** Round, then the uses: identifier, time, number. */
  static final Codec<Admission> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Admission value) {
          out.u64(value.round).u32(value.uses.size());
          value.uses.forEach((id, use) -> out.hash(id).u64(use.expires).u32(use.times));
        }

        @Override
        public Admission read(final BorshReader in) {
          final long round = in.count64();
          final SortedMap<Hash, Use> uses = new TreeMap<>();
          for (int left = in.u32(); left != 0; left--) {
            uses.put(in.hash(), new Use(in.count64(), in.u32()));
          }
          return new Admission(round, uses);
        }
      };

  /**
   * What is remembered of one invitation.
   *
   * @param expires when it is forgotten, in nanoseconds since 1970
   * @param times how often it was used
   */
  public record Use(long expires, int times) {}

  /** What is remembered; the map is copied. */
  public Admission {
    uses = Collections.unmodifiableSortedMap(new TreeMap<>(uses));
  }

  /** How often the invitation was used. */
  public int used(final OpenInvitation invitation) {
    final Use use = uses.get(invitation.id());
    return use == null ? 0 : use.times;
  }

  /** After one more use, at the time of an entry; those that have expired by then are forgotten. */
  Admission using(final OpenInvitation invitation, final long timestamp) {
    final SortedMap<Hash, Use> after = new TreeMap<>(uses);
    after.values().removeIf(use -> use.expires < timestamp);
    after.put(invitation.id(), new Use(invitation.expires(), used(invitation) + 1));
    return new Admission(round, after);
  }

  /** After a member was removed by another: every invitation up to now is void. */
  Admission closing() {
    return new Admission(round + 1, Collections.emptySortedMap());
  }
}
