// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;

/**
 * An application: a WebAssembly module, kept as a blob, and what is known of where it came from.
 *
 * @param blob the module
 * @param size the length of the module in bytes
 * @param source the URL that it was installed from, {@code file:} for a local file
 * @param metadata bytes that the installer attached
 */
public record Application(BlobId blob, long size, String source, Bytes metadata) {
  /** Blob, size, source and metadata, in this order: the bytes of which the id is the digest. */
  public static final Codec<Application> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Application value) {
          out.hash(value.blob.hash()).u64(value.size).string(value.source).bytes(value.metadata);
        }

        @Override
        public Application read(final BorshReader in) {
          return new Application(new BlobId(in.hash()), in.count64(), in.string(), in.bytes());
        }
      };

  /** The identifier: SHA-256 over the borsh encoding. */
  public ApplicationId id() {
    return new ApplicationId(Hash.sha256(CODEC.encode(this)));
  }
}
