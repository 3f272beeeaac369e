// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Application;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Capability;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Origin;
import io.calimero.node.events.PublicKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What calls of the tests find around them. */
final class Contexts {
  static final PublicKey COORDINATOR = new PublicKey(Guests.hash("a coordinator"));

  private Contexts() {}

  /** A context whose executor may manage members, or not. */
  static Surroundings of(final boolean manager, final Blobs blobs) {
    return new Surroundings(Optional.of(configuration(manager)), Optional.empty(), blobs);
  }

  static Surroundings calledFrom(final Origin origin) {
    return new Surroundings(Optional.of(configuration(true)), Optional.of(origin), Blobs.NONE);
  }

  private static Configuration configuration(final boolean manager) {
    return new Configuration(
        Guests.CONTEXT,
        new Application(new BlobId(Guests.hash("a module")), 1, "file:///x", Bytes.EMPTY),
        Limits.DEFAULT,
        new TreeMap<>(
            Map.of(
                Guests.EXECUTOR,
                manager ? Set.of(Capability.MANAGE_MEMBERS) : Set.of(),
                COORDINATOR,
                Set.of())),
        COORDINATOR,
        1,
        1);
  }
}
