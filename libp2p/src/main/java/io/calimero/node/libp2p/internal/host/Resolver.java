// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.AddressComponent;
import io.calimero.node.libp2p.AddressProtocol;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.NameResolver;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Replaces the name at the start of an address by what it stands for: numbers, or
 * (specs/addressing, "dnsaddr") whole addresses, which may have names again.
 */
final class Resolver {
  /** How many addresses one name may stand for; what it says beyond is passed over. */
  private static final int MAX_RESULTS = 8;

  /** How often a name may lead to another, and to how many at once: at most 21 questions in all. */
  private static final int MAX_DEPTH = 3;

  private static final int MAX_NAMES = 4;

  private static final String PREFIX = "dnsaddr=";

  private final NameResolver names;

  Resolver(final NameResolver names) {
    this.names = names;
  }

  CompletableFuture<List<Multiaddr>> resolve(final Multiaddr address) {
    return resolve(address, MAX_DEPTH);
  }

  private CompletableFuture<List<Multiaddr>> resolve(final Multiaddr address, final int depth) {
    final AddressProtocol kind =
        address.components().isEmpty()
            ? AddressProtocol.P2P
            : address.components().getFirst().protocol();
    return switch (kind) {
      case DNS, DNS4, DNS6 ->
          names
              .addresses(address.components().getFirst().value())
              .thenApply(found -> replace(address, kind, found));
      case DNSADDR ->
          depth == 0
              ? CompletableFuture.completedFuture(List.of())
              : names
                  .texts("_dnsaddr." + address.components().getFirst().value())
                  .thenCompose(texts -> all(read(address, texts), depth - 1));
      default -> CompletableFuture.completedFuture(List.of(address));
    };
  }

  /** What the {@code addresses} stand for; those that do not resolve are passed over. */
  CompletableFuture<List<Multiaddr>> all(final List<Multiaddr> addresses) {
    return all(addresses, MAX_DEPTH);
  }

  private CompletableFuture<List<Multiaddr>> all(final List<Multiaddr> addresses, final int depth) {
    CompletableFuture<List<Multiaddr>> together =
        CompletableFuture.completedFuture(new ArrayList<>());
    // All look-ups begin now; their results are gathered in order.
    for (final var part :
        addresses.stream()
            .map(address -> resolve(address, depth).exceptionally(failure -> List.of()))
            .toList()) {
      together =
          together.thenCombine(
              part,
              (all, more) -> {
                all.addAll(more);
                return all;
              });
    }
    return together;
  }

  /** The addresses in {@code texts} that end as {@code address} does behind its name. */
  private static List<Multiaddr> read(final Multiaddr address, final List<String> texts) {
    final List<AddressComponent> end = address.components().subList(1, address.components().size());
    final List<Multiaddr> found =
        texts.stream()
            .filter(text -> text.startsWith(PREFIX))
            .flatMap(text -> parse(text.substring(PREFIX.length())).stream())
            .filter(
                one -> {
                  final int skipped = one.components().size() - end.size();
                  return skipped >= 0
                      && one.components().subList(skipped, one.components().size()).equals(end);
                })
            .limit(MAX_RESULTS)
            .toList();
    final List<Multiaddr> nested = found.stream().filter(Resolver::isNames).toList();
    return found.stream()
        .filter(one -> !isNames(one) || nested.indexOf(one) < MAX_NAMES)
        .distinct()
        .toList();
  }

  private static boolean isNames(final Multiaddr address) {
    return address.components().getFirst().protocol() == AddressProtocol.DNSADDR;
  }

  private static Optional<Multiaddr> parse(final String text) {
    try {
      return Optional.of(Multiaddr.parse(text));
    } catch (final MalformedException e) {
      // Somebody else's address of a kind that is not known here.
      return Optional.empty();
    }
  }

  private static List<Multiaddr> replace(
      final Multiaddr address, final AddressProtocol kind, final List<InetAddress> found) {
    return found.stream()
        .filter(
            ip ->
                kind == AddressProtocol.DNS
                    || (kind == AddressProtocol.DNS4) == (ip instanceof Inet4Address))
        .limit(MAX_RESULTS)
        .map(
            ip -> {
              final List<AddressComponent> parts = new ArrayList<>(address.components());
              parts.set(
                  0,
                  new AddressComponent(
                      ip instanceof Inet4Address ? AddressProtocol.IP4 : AddressProtocol.IP6,
                      ip.getHostAddress()));
              return new Multiaddr(parts);
            })
        .toList();
  }
}
