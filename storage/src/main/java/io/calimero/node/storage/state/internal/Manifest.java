// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.storage.internal.Seal;

/**
 * What a snapshot file is, and how to tell that it is still what was written.
 *
 * @param mapdb the version of MapDB that wrote it
 * @param pageSize the size of its pages
 * @param context whose state it is
 * @param position behind which entry of the log
 * @param entryHash the hash of that entry
 * @param root the state root
 * @param lanes what the root is the digest of
 * @param entries how many entries it has
 * @param sizeInBytes the bytes of their keys and values
 * @param fileLength the bytes of the file
 * @param fileHash the SHA-256 digest of the file
 * @param attachment what the caller gave along
 */
record Manifest(
    String mapdb,
    int pageSize,
    ContextId context,
    long position,
    Hash entryHash,
    Hash root,
    Bytes lanes,
    long entries,
    long sizeInBytes,
    long fileLength,
    Hash fileHash,
    Bytes attachment) {
  static final String MAPDB_VERSION = "3.1.0";
  static final int ATTACHMENT_LIMIT = 16 << 20;
  static final int FILE_LIMIT = ATTACHMENT_LIMIT + (1 << 16);

  private static final Seal SEAL = new Seal("calisnap", "snapshot manifest", 1);

  byte[] encode() {
    return SEAL.close(
        new BorshWriter()
            .string(mapdb)
            .u32(pageSize)
            .value(ContextId.CODEC, context)
            .u64(position)
            .hash(entryHash)
            .hash(root)
            .fixed(lanes.unsafeArray())
            .u64(entries)
            .u64(sizeInBytes)
            .u64(fileLength)
            .hash(fileHash)
            .bytes(attachment)
            .toByteArray());
  }

  /**
   * The manifest in the file.
   *
   * @throws MalformedException if there is none, or one that contradicts itself
   */
  static Manifest decode(final byte[] file) {
    final BorshReader in = SEAL.open(file);
    final Manifest manifest =
        new Manifest(
            in.string(),
            in.u32(),
            in.value(ContextId.CODEC),
            in.count64(),
            in.hash(),
            in.hash(),
            Bytes.wrap(in.fixed(LtHash.LENGTH)),
            in.count64(),
            in.count64(),
            in.count64(),
            in.hash(),
            in.bytes());
    in.expectEnd();
    if (!manifest.hash().root().equals(manifest.root)) {
      throw new MalformedException("a state root that is not that of its lanes");
    }
    return manifest;
  }

  LtHash hash() {
    return LtHash.of(lanes.unsafeArray());
  }
}
