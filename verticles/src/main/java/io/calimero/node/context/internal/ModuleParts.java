// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import io.calimero.node.context.bundle.Bundle;
import io.calimero.node.context.bundle.BundleException;
import io.calimero.node.events.BlobDigest;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import java.util.List;
import java.util.Optional;

/** The modules in what was fetched: one, or those of a bundle. */
final class ModuleParts {
  private ModuleParts() {}

  /**
   * One module.
   *
   * @param source where it is from; a service of a bundle is the fragment of its URL
   * @param bytes the module
   * @param expected the name that its blob must have, if that was asked for and is not known yet
   */
  record Part(String source, Bytes bytes, Optional<BlobId> expected) {}

  /**
   * The modules.
   *
   * @param expected the digest of what was fetched, or the name that it has as a blob
   * @throws io.calimero.node.events.NodeException {@code INVALID_MODULE} for a bundle that is not
   *     as it must be, {@code INVALID_REQUEST} for one that is not the expected one
   */
  static List<Part> of(
      final ModuleSource.Fetched fetched, final int maxBytes, final Optional<Hash> expected) {
    final Optional<Hash> unmet =
        expected.filter(hash -> !hash.equals(Hash.sha256(fetched.bytes().unsafeArray())));
    if (!Bundle.isBundle(fetched.bytes())) {
      return List.of(new Part(fetched.source(), fetched.bytes(), unmet.map(BlobId::new)));
    }
    if (unmet.isPresent() && !unmet.get().equals(blob(fetched.bytes()).hash())) {
      throw Problem.of(
              Code.INVALID_REQUEST,
              "expected the bundle " + unmet.get() + ", the content is another",
              unmet.get())
          .toException();
    }
    try {
      return Bundle.read(fetched.bytes(), maxBytes).services().stream()
          .map(
              service ->
                  new Part(
                      fetched.source() + service.name().map(name -> "#" + name).orElse(""),
                      service.module(),
                      Optional.empty()))
          .toList();
    } catch (final BundleException e) {
      throw Problem.of(Code.INVALID_MODULE, String.valueOf(e.getMessage())).toException();
    }
  }

  /** The name of these bytes as a blob. */
  static BlobId blob(final Bytes bytes) {
    final BlobDigest digest = new BlobDigest();
    digest.update(bytes.unsafeArray());
    return digest.id();
  }
}
