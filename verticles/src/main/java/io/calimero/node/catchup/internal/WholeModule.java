// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.catchup.internal;

import io.calimero.node.catchup.internal.ClientPeer.Party;
import io.calimero.node.events.Application;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages.Receive;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobChunk;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobRequest;
import io.calimero.node.events.peers.PeerMessage.ApplicationBlobSize;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;

/**
 * Fetches a module from a node of a version that knows nothing of chunks: in one piece, in memory,
 * and from the beginning if it breaks off. It is verified when all of it is here. On the loop.
 */
final class WholeModule {
  /** The largest module that such a node has. */
  private static final long MAX = 64 << 20;

  private final Commands commands;
  private final ClientPeer client;
  private final Party party;
  private final Application application;
  private final Journey journey;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  WholeModule(
      final Commands commands,
      final ClientPeer client,
      final Party party,
      final Application application,
      final Journey journey) {
    this.commands = commands;
    this.client = client;
    this.party = party;
    this.application = application;
    this.journey = journey;
  }

  /** Completes when the application is installed. */
  CompletableFuture<Boolean> run() {
    if (application.size() > MAX) {
      return Problems.failed(
          Code.INVALID_MODULE, "a module of " + application.size() + " bytes is too large");
    }
    return client
        .with(party, met -> ask(met.talk()))
        .thenCompose(
            _ ->
                commands.ask(
                    Topics.APPLICATION_RECEIVE,
                    new Receive(application, Bytes.wrap(bytes.toByteArray()))))
        .thenApply(_ -> true);
  }

  private CompletableFuture<Boolean> ask(final Conversation talk) {
    return talk.say(new ApplicationBlobRequest(application.blob(), 0))
        .thenCompose(_ -> talk.expect(ApplicationBlobSize.class, 1))
        .thenCompose(
            size ->
                size.size() == application.size()
                    ? take(talk)
                    : Problems.failed(
                        Code.BLOB_UNAVAILABLE, "the peer's blob has " + size.size() + " bytes"));
  }

  private CompletableFuture<Boolean> take(final Conversation talk) {
    if (bytes.size() == application.size()) {
      return CompletableFuture.completedFuture(true);
    }
    return talk.expect(ApplicationBlobChunk.class, 1)
        .thenCompose(
            chunk -> {
              if (chunk.offset() != bytes.size()
                  || chunk.bytes().isEmpty()
                  || bytes.size() + chunk.bytes().length() > application.size()) {
                return Problems.failed(
                    Code.BLOB_UNAVAILABLE, "the peer's blob has a chunk at " + chunk.offset());
              }
              bytes.writeBytes(chunk.bytes().unsafeArray());
              journey.at(bytes.size());
              return take(talk);
            });
  }
}
