// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

/**
 * The limits of what host functions do that no context can choose. Part of what decides an outcome:
 * to change one is to change the format of all contexts.
 */
final class HostLimits {
  /** The bytes of the name of a method. */
  static final int NAME = 256;

  /** How many blobs a call may have open. */
  static final int BLOB_HANDLES = 100;

  /** How many bytes of a blob may be read or written at once. */
  static final int BLOB_PART = 10 * 1024 * 1024;

  /** How many bytes of blobs a call may write. */
  static final long BLOB_BYTES = 512L * 1024 * 1024;

  /** How many bytes of blobs a call may read. */
  static final long BLOB_READS = 512L * 1024 * 1024;

  /** How many calls of other contexts a call may ask for. */
  static final int CONTEXT_CALLS = 8;

  /** The bytes of the method of a call of another context. */
  static final int CONTEXT_CALL_METHOD = 100;

  /** The bytes of the arguments of a call of another context. */
  static final int CONTEXT_CALL_ARGUMENTS = 16 * 1024;

  /** How many actions of each other kind a call may ask for. */
  static final int ACTIONS = 100;

  /** The bytes of the actions of a proposal, of a migration witness, of the input of an init. */
  static final int ACTION_BYTES = 64 * 1024;

  /** The bytes of an alias. */
  static final int ALIAS = 50;

  /** How many entries a look into an index may pass over or return. */
  static final int SCANNED = 100_000;

  /** How many requests to the outside a call may make. */
  static final int REQUESTS = 8;

  /** The bytes of a URL. */
  static final int URL = 8 * 1024;

  /** The bytes of the headers of a request, encoded. */
  static final int REQUEST_HEADERS = 16 * 1024;

  /** The bytes of the body of a request. */
  static final int REQUEST_BODY = 1024 * 1024;

  private HostLimits() {}
}
