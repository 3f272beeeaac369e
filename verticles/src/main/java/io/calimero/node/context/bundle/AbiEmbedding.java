// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.bundle;

import io.calimero.node.events.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes the description that a bundle has beside a module a section of the module, where it goes
 * with it to every member: the same bytes for all who install the same bundle.
 */
final class AbiEmbedding {
  private static final byte[] NAME = "calimero_abi_v1".getBytes(StandardCharsets.US_ASCII);

  private AbiEmbedding() {}

  /** The module with the description; as it is if it has one already, or is no module. */
  static Bytes embed(final Bytes module, final Bytes abi) {
    final byte[] wasm = module.unsafeArray();
    if (wasm.length < 8 || wasm[0] != 0 || wasm[1] != 'a' || contains(wasm)) {
      return module;
    }
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(wasm);
    out.write(0);
    number(out, 1 + NAME.length + abi.length());
    out.write(NAME.length);
    out.writeBytes(NAME);
    out.writeBytes(abi.unsafeArray());
    return Bytes.wrap(out.toByteArray());
  }

  /** Whether a section of that name is there: custom sections have their name in clear. */
  private static boolean contains(final byte[] wasm) {
    int at = 8;
    while (at < wasm.length) {
      final int id = wasm[at++];
      long length = 0;
      for (int shift = 0; at < wasm.length && shift < 35; shift += 7) {
        final byte next = wasm[at++];
        length |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          break;
        }
      }
      if (id == 0
          && at + NAME.length < wasm.length
          && wasm[at] == NAME.length
          && Arrays.equals(wasm, at + 1, at + 1 + NAME.length, NAME, 0, NAME.length)) {
        return true;
      }
      if (length > wasm.length - at) {
        return false;
      }
      at += (int) length;
    }
    return false;
  }

  private static void number(final ByteArrayOutputStream out, final int value) {
    int left = value;
    while (left >= 0x80) {
      out.write((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    out.write(left);
  }
}
