// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.bundle;

import io.calimero.node.events.Bytes;
import java.util.List;
import java.util.Optional;

/**
 * A bundle that has been read and checked.
 *
 * @param packageName the name of what is in it, as its publisher calls it
 * @param version its version, as its publisher counts
 * @param signer the publisher as a {@code did:key}, if the bundle is signed; the signature is good
 * @param services its modules, at least one
 */
public record Bundle(
    String packageName, String version, Optional<String> signer, List<Service> services) {
  /** A bundle; the list is copied. */
  public Bundle {
    services = List.copyOf(services);
  }

  /**
   * One module of a bundle.
   *
   * @param name its name; none in a bundle of a single module without names
   * @param module the WebAssembly binary, which describes itself if the bundle describes it: the
   *     description is then a section of it
   */
  public record Service(Optional<String> name, Bytes module) {}

  /** Whether bytes begin as those of a bundle. */
  public static boolean isBundle(final Bytes bytes) {
    final byte[] content = bytes.unsafeArray();
    return content.length > 2 && content[0] == 0x1f && content[1] == (byte) 0x8b;
  }

  /**
   * Reads a bundle.
   *
   * @param moduleBytes the largest module accepted
   * @throws BundleException if it is not as it must be; the message says what is wrong
   */
  public static Bundle read(final Bytes bytes, final int moduleBytes) throws BundleException {
    return new Manifest(BundleFiles.read(bytes, moduleBytes), moduleBytes).toBundle();
  }
}
