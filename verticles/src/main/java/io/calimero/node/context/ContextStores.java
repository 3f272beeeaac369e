// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context;

import io.calimero.node.storage.Access;
import io.calimero.node.storage.blobs.BlobStore;
import io.calimero.node.storage.home.NodeHome;
import io.calimero.node.storage.keys.EpochKeyStore;
import io.calimero.node.storage.keys.KeyStore;
import io.calimero.node.storage.log.LogOptions;
import io.calimero.node.storage.records.RecordFile;
import java.nio.file.Path;

/**
 * Where the stores of the context verticle are.
 *
 * @param log the directory of the transaction log
 * @param logOptions how the log is set up
 * @param blobs the directory of the blobs
 * @param keys the directory of the keys
 * @param epochKeys the directory of the keys of epochs
 * @param configurations the directory of the kept configurations
 * @param pending the file of the transactions that wait for other nodes
 */
public record ContextStores(
    Path log,
    LogOptions logOptions,
    Path blobs,
    Path keys,
    Path epochKeys,
    Path configurations,
    Path pending) {

  /** The stores of a home. */
  public static ContextStores of(final NodeHome home, final LogOptions logOptions) {
    return new ContextStores(
        home.log(),
        logOptions,
        home.blobs(),
        home.keys(),
        home.epochKeys(),
        home.directory().resolve("configurations"),
        home.directory().resolve("pending").resolve("pool"));
  }

  BlobStore openBlobs() {
    return BlobStore.open(blobs, Access.READ_WRITE);
  }

  RecordFile openPending() {
    return RecordFile.open(pending);
  }

  KeyStore openKeys() {
    return KeyStore.open(keys, Access.READ_WRITE);
  }

  EpochKeyStore openEpochKeys() {
    return EpochKeyStore.open(epochKeys, Access.READ_WRITE);
  }
}
