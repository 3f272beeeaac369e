// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.vertx.core.file.FileSystemOptions;

/** How a Vert.x of the node's own deals with files. */
public final class VertxFiles {
  /**
   * It serves none: without this each Vert.x makes a directory for copies of files from the class
   * path, which stays behind when the process is killed.
   */
  public static final FileSystemOptions UNUSED =
      new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);

  private VertxFiles() {}
}
