// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The parameters of a Kademlia table (kad-dht specification, "Definitions" and "DHT operations").
 *
 * @param protocol the protocol's name: peers of another name are another table
 * @param server whether this host answers others; else it only asks
 * @param replication how many peers keep an entry, and are in a bucket (k)
 * @param parallelism how many peers are asked at once in a lookup (alpha)
 * @param quorum how many peers must have given a value before the best is taken
 * @param requestTime how long a peer may take to answer, dialling included
 * @param lookupTime how long a lookup may take; it then goes by what it has
 * @param refresh how often the table of peers is refreshed
 * @param valueLifetime how long a value is kept
 * @param providerLifetime how long a provider is
 * @param republish how often this host's own values and provider entries are sent anew
 * @param maxValues how many values are kept for others
 * @param maxValueBytes how large a value may be
 * @param maxProvided how many keys are kept for which there are providers
 * @param maxOwn how many values, and how many provided keys, this host may have of its own
 * @param maxPerPeer how many values, and how many provided keys, one peer may place here
 * @param validators who judges values, by the namespace of their keys ({@code /namespace/...});
 *     those of {@code pk} are judged by the specification
 * @param plain who judges values whose keys have no namespace; if nobody, they are not taken
 */
public record KadParams(
    String protocol,
    boolean server,
    int replication,
    int parallelism,
    int quorum,
    Duration requestTime,
    Duration lookupTime,
    Duration refresh,
    Duration valueLifetime,
    Duration providerLifetime,
    Duration republish,
    int maxValues,
    int maxValueBytes,
    int maxProvided,
    int maxOwn,
    int maxPerPeer,
    Map<String, RecordValidator> validators,
    Optional<RecordValidator> plain) {

  /** A server of Calimero's table with the specification's values, which takes no values. */
  public static final KadParams DEFAULT =
      new KadParams(
          "/calimero/kad/1.0.0",
          true,
          20,
          3,
          3,
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofHours(48),
          Duration.ofHours(48),
          Duration.ofHours(22),
          1024,
          64 * 1024,
          8192,
          4096,
          256,
          Map.of(),
          Optional.empty());

  /** Keeps a copy. */
  public KadParams {
    validators = Map.copyOf(validators);
    if (replication < 1 || parallelism < 1 || quorum < 1) {
      throw new IllegalArgumentException("k, alpha and the quorum are at least 1");
    }
  }

  /** These parameters for the table of another name. */
  public KadParams withProtocol(final String name) {
    return with(name, server, validators, plain);
  }

  /** These parameters as a server, or as one who only asks. */
  public KadParams withServer(final boolean serves) {
    return with(protocol, serves, validators, plain);
  }

  /** These parameters with a judge of the values under {@code /namespace/}. */
  public KadParams withValidator(final String namespace, final RecordValidator validator) {
    final Map<String, RecordValidator> more = new HashMap<>(validators);
    more.put(namespace, validator);
    return with(protocol, server, more, plain);
  }

  /** These parameters with a judge of the values whose keys are without a namespace. */
  public KadParams withPlain(final RecordValidator validator) {
    return with(protocol, server, validators, Optional.of(validator));
  }

  private KadParams with(
      final String name,
      final boolean serves,
      final Map<String, RecordValidator> judges,
      final Optional<RecordValidator> judge) {
    return new KadParams(
        name,
        serves,
        replication,
        parallelism,
        quorum,
        requestTime,
        lookupTime,
        refresh,
        valueLifetime,
        providerLifetime,
        republish,
        maxValues,
        maxValueBytes,
        maxProvided,
        maxOwn,
        maxPerPeer,
        judges,
        judge);
  }
}
