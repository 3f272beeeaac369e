// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log;

/** Why the log refused or could not do something. */
public final class LogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of trouble, for whoever must decide what to do about it. */
  public enum Code {
    /** Too many bytes wait to be written: try again later. */
    BUSY,
    /** The disk has no room for the next segment; nothing was written. Free space and try again. */
    STORAGE_FULL,
    /**
     * A write or a force failed, so that nobody knows what the disk holds: this log accepts nothing
     * more until it is opened again. Whether the group is in the log is open.
     */
    FAILED,
    /** The stream is damaged: it accepts nothing more until it is repaired or ended. */
    DAMAGED,
    /** The frame does not follow the last one of its stream. */
    OUT_OF_ORDER,
    /** The frame or the group is larger than the log takes. */
    TOO_LARGE,
    /** The log was closed. */
    CLOSED,
    /** The stream begins behind the position: see {@link TransactionLog#base}. */
    BEFORE_BASE,
    /** The log cannot be opened: its directory is not what it should be, or cannot be read. */
    UNREADABLE
  }

  private final Code code;

  /** An exception without a deeper cause. */
  public LogException(final Code code, final String message) {
    super(message);
    this.code = code;
  }

  /** An exception with its cause. */
  public LogException(final Code code, final String message, final Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** What kind of trouble it is. */
  public Code code() {
    return code;
  }
}
