// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.internal.module.ParsedModule;
import io.calimero.node.wasm.internal.module.ParsedModule.Section;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The custom section in which a module describes itself. */
public final class AbiSection {
  /** More than this describes nothing that anyone reads. */
  private static final int LIMIT = 1 << 20;

  private static final byte[] NAME = "calimero_abi_v1".getBytes(StandardCharsets.US_ASCII);

  private AbiSection() {}

  /** The content of the first such section that is not too long. */
  public static Optional<Bytes> find(final ParsedModule module) {
    final byte[] bytes = module.bytes().unsafeArray();
    for (final Section section : module.sections()) {
      final int name = section.offset() + 1;
      final int content = name + NAME.length;
      final int end = section.offset() + section.length();
      // The name stands first, its length before it in one byte
      if (section.id() == 0
          && content <= end
          && end - content <= LIMIT
          && bytes[section.offset()] == NAME.length
          && Arrays.equals(bytes, name, content, NAME, 0, NAME.length)) {
        return Optional.of(Bytes.wrap(Arrays.copyOfRange(bytes, content, end)));
      }
    }
    return Optional.empty();
  }
}
