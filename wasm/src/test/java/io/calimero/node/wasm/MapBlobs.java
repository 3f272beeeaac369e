// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.BlobDigest;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Blobs in memory. */
final class MapBlobs implements Blobs {
  private final Map<BlobId, byte[]> blobs = new HashMap<>();
  private int abandoned;

  BlobId put(final byte[] content) {
    final BlobDigest digest = new BlobDigest();
    digest.update(content);
    final BlobId id = digest.id();
    blobs.put(id, content);
    return id;
  }

  byte[] get(final BlobId id) {
    return blobs.getOrDefault(id, new byte[0]);
  }

  int count() {
    return blobs.size();
  }

  int abandoned() {
    return abandoned;
  }

  @Override
  public Bytes read(
      final ContextId context, final BlobId blob, final long offset, final int length) {
    final byte[] content = blobs.get(blob);
    if (content == null) {
      throw new UnavailableException("blob " + blob + " is not on this node");
    }
    final int from = (int) Math.min(offset, content.length);
    return Bytes.wrap(Arrays.copyOfRange(content, from, Math.min(content.length, from + length)));
  }

  @Override
  public Upload create(final ContextId context) {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    return new Upload() {
      @Override
      public void write(final Bytes part) {
        out.writeBytes(part.unsafeArray());
      }

      @Override
      public BlobId finish() {
        return put(out.toByteArray());
      }

      @Override
      public void abandon() {
        abandoned++;
      }
    };
  }
}
