// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Looks up names, for addresses that have them. Must not block. */
public interface NameResolver {
  /** The IP addresses of {@code name}; fails if there are none or nobody answers. */
  CompletableFuture<List<InetAddress>> addresses(String name);

  /** The TXT records of {@code name}; fails if there are none or nobody answers. */
  CompletableFuture<List<String>> texts(String name);
}
