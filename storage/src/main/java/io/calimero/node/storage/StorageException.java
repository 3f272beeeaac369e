// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage;

/**
 * Something about the node's files that its caller must be told: what is wrong with which file, and
 * what to do about it.
 */
public final class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Code code;

  /** What kind of trouble it is, for those who must act by it. */
  public enum Code {
    /** The disk, or the quota, is full: nothing was stored, reading goes on. */
    FULL,
    /** Stored bytes are not what was stored. */
    CORRUPT,
    /** What was asked for is not stored here. */
    MISSING,
    /** What was offered breaks a rule that the caller set, such as its size. Nothing was stored. */
    REJECTED,
    /** Another process, or this one, holds it open. */
    IN_USE,
    /** The directory is not a node's home, and holds something else. */
    NOT_A_HOME,
    /** It was written by a newer version of the node. */
    NEWER_FORMAT,
    /** The operating system does not let us, or lets others too much. */
    PERMISSION,
    /** It was closed. */
    CLOSED,
    /** Any other failure of the file system. */
    IO
  }

  /** Trouble that no other exception caused. */
  public StorageException(final Code code, final String message) {
    super(message);
    this.code = code;
  }

  /** Trouble that another exception caused. */
  public StorageException(final Code code, final String message, final Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What kind of trouble it is. */
  public Code code() {
    return code;
  }
}
