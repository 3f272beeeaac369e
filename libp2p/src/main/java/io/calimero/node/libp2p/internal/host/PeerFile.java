// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.internal.wire.ProtoReader;
import io.calimero.node.libp2p.internal.wire.ProtoWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps addresses and reputations in a file, from one start to the next. The file is only a help:
 * one that is lost or damaged costs the host what it remembered, and nothing else.
 */
final class PeerFile {
  private static final Logger LOG = LoggerFactory.getLogger(PeerFile.class);
  private static final long MAX_SIZE = 64L << 20;

  /** How often to ask whether it is time to write. */
  static final Duration LOOK_EVERY = Duration.ofMillis(250);

  /** What is this small costs next to nothing to write, and is written as soon as it changes. */
  private static final int SMALL = 64 << 10;

  /** One that is larger, or cannot be written, is not tried more often than that. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Path file;
  private final MemoryPeerStore store;
  private volatile long written;
  private volatile boolean pausing;
  private volatile long lastNanos;

  PeerFile(final Path file, final MemoryPeerStore store) {
    this.file = file;
    this.store = store;
  }

  /** Whether something has changed and it is time to write it down. Does not block. */
  boolean isDue(final long nowNanos) {
    return store.changes() != written && (!pausing || nowNanos - lastNanos >= PAUSE.toNanos());
  }

  void load() {
    try {
      if (Files.exists(file)) {
        if (Files.size(file) > MAX_SIZE) {
          throw new MalformedException("it has " + Files.size(file) + " bytes");
        }
        final ProtoReader in = new ProtoReader("PeerFile", Files.readAllBytes(file));
        while (in.next()) {
          if (in.field() == 1) {
            peer(in.bytes());
          } else {
            in.skip();
          }
        }
      }
    } catch (final IOException | MalformedException e) {
      LOG.warn("The peer file {} is of no use and is begun anew: {}", file, e.getMessage());
    }
    written = store.changes();
  }

  /** Writes the file if anything has changed. Blocks on the disk. */
  synchronized void save(final long nowNanos) {
    final long changes = store.changes();
    if (changes == written) {
      return;
    }
    lastNanos = nowNanos;
    pausing = true;
    final ProtoWriter out = new ProtoWriter();
    store.each(
        (peer, addresses, reputation) -> {
          final ProtoWriter entry = new ProtoWriter().bytes(1, peer.encode());
          addresses.forEach(
              (address, until) ->
                  entry.bytes(
                      2,
                      new ProtoWriter()
                          .bytes(1, address.encode())
                          .varint(2, until.toEpochMilli())
                          .encode()));
          out.bytes(1, entry.varint(3, reputation).encode());
        });
    try {
      final Path part = file.resolveSibling(file.getFileName() + ".part");
      final byte[] bytes = out.encode();
      Files.write(part, bytes);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      pausing = bytes.length > SMALL;
      written = changes;
    } catch (final IOException e) {
      LOG.warn("The peer file {} could not be written: {}", file, e.toString());
    }
  }

  private void peer(final ByteString bytes) {
    final ProtoReader in = new ProtoReader("PeerFile.Peer", bytes);
    PeerId peer = null;
    while (in.next()) {
      if (in.field() == 1) {
        peer = PeerId.decode(in.bytes().toByteArray());
      } else if (peer != null && in.field() == 2) {
        address(peer, in.bytes());
      } else if (peer != null && in.field() == 3) {
        store.adjustReputation(peer, in.number());
      } else {
        in.skip();
      }
    }
  }

  private void address(final PeerId peer, final ByteString bytes) {
    final ProtoReader in = new ProtoReader("PeerFile.Address", bytes);
    ByteString address = ByteString.EMPTY;
    long until = 0;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> address = in.bytes();
        case 2 -> until = in.varint();
        default -> in.skip();
      }
    }
    store.addUntil(peer, Multiaddr.decode(address.toByteArray()), Instant.ofEpochMilli(until));
  }
}
