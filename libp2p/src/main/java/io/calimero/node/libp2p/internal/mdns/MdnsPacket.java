// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.mdns;

import java.util.List;

/** What is read from, or goes into, a packet of multicast DNS, as far as peers care. */
public sealed interface MdnsPacket {
  /**
   * Asks who is there.
   *
   * @param services the names that pointers are asked for, in lower case, with a dot at the end
   */
  record Query(List<String> services) implements MdnsPacket {
    /** Keeps a copy. */
    public Query {
      services = List.copyOf(services);
    }
  }

  /**
   * Says who is there.
   *
   * @param pointers what each service points to
   * @param texts what is said of names
   */
  record Response(List<Pointer> pointers, List<Text> texts) implements MdnsPacket {
    /** Keeps copies. */
    public Response {
      pointers = List.copyOf(pointers);
      texts = List.copyOf(texts);
    }
  }

  /**
   * A PTR record.
   *
   * @param service where it is, in lower case, with a dot at the end
   * @param name what it points to, written likewise
   * @param seconds how long it is true
   */
  record Pointer(String service, String name, long seconds) {}

  /**
   * A TXT record.
   *
   * @param name where it is, in lower case, with a dot at the end
   * @param strings what it says
   */
  record Text(String name, List<String> strings) {
    /** Keeps a copy. */
    public Text {
      strings = List.copyOf(strings);
    }
  }
}
