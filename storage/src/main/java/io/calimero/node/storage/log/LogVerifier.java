// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.log.LogException.Code;
import io.calimero.node.storage.log.internal.Verification;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads a whole log and checks every byte of it. It changes nothing and may run while a node uses
 * the log.
 */
public final class LogVerifier {
  private LogVerifier() {}

  /** Hears how far a verification is, in bytes. */
  @FunctionalInterface
  public interface Progress {
    /** Says nothing to anyone. */
    Progress NONE = (done, total) -> {};

    /** So many bytes of so many are done. */
    void at(long done, long total);
  }

  /**
   * Verifies the log in the directory.
   *
   * @throws LogException with code UNREADABLE if there is no log or it cannot be read
   */
  public static VerifyReport verify(final Path directory, final Progress progress) {
    try {
      return Verification.run(Disk.real(), directory, progress);
    } catch (final IOException e) {
      throw new LogException(
          Code.UNREADABLE, "cannot read the log in " + directory + ": " + e.getMessage(), e);
    }
  }
}
