// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.Connection;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerAddresses;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.protocols.MessageReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/** Asks one peer for what is in its table, over one stream. */
public final class PeerLister {
  private static final int MAX_ANSWER = 512 * 1024;
  private static final int RANDOM_PLACES = 15;
  private static final int PREIMAGE = 32;

  private PeerLister() {}

  /** The peers that the one of {@code connection} names when asked for several places. */
  public static CompletableFuture<List<PeerAddresses>> list(
      final Connection connection, final String protocol, final RandomGenerator random) {
    final List<KadMessage> questions = new ArrayList<>();
    questions.add(KadMessage.findNode(connection.remotePeer()));
    for (int i = 0; i < RANDOM_PLACES; i++) {
      final byte[] place = new byte[PREIMAGE];
      random.nextBytes(place);
      questions.add(KadMessage.request(KadType.FIND_NODE, ByteString.copyFrom(place)));
    }
    return connection
        .openStream(List.of(protocol))
        .thenCompose(
            stream ->
                ask(stream, new MessageReader(stream, MAX_ANSWER), questions, new LinkedHashMap<>())
                    .whenComplete(
                        (peers, failure) -> {
                          if (failure != null) {
                            stream.reset();
                          } else {
                            Futures.ignore(stream.closeWrite());
                          }
                        }));
  }

  private static CompletableFuture<List<PeerAddresses>> ask(
      final Stream stream,
      final MessageReader reader,
      final List<KadMessage> questions,
      final Map<PeerId, PeerAddresses> found) {
    if (questions.isEmpty()) {
      found.remove(stream.connection().remotePeer());
      return CompletableFuture.completedFuture(List.copyOf(found.values()));
    }
    return stream
        .write(MessageReader.frame(KadCodec.encode(questions.getFirst())))
        .thenCompose(sent -> reader.next())
        .thenCompose(
            answer -> {
              KadCodec.decode(
                      answer.orElseThrow(
                          () -> new MalformedException("The node ends before it has answered")))
                  .closer()
                  .forEach(peer -> found.putIfAbsent(peer.peer(), peer));
              return ask(stream, reader, questions.subList(1, questions.size()), found);
            });
  }
}
