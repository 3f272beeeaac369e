// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The applications that these tests install. */
final class Modules {
  private Modules() {}

  static Path kvStore() {
    return root().resolve("apps/kv-store/kv-store.wasm");
  }

  static Path expenses() {
    return root().resolve("apps/expenses/expenses.wasm");
  }

  /** One of the sample applications. */
  static Path sample(final String name) {
    return root().resolve("apps").resolve(name).resolve(name + ".wasm");
  }

  /** One of the guests of the WebAssembly module's own tests. */
  static Path guest(final String name) {
    return root().resolve("wasm/src/test/resources/guests").resolve(name + ".wasm");
  }

  /** One of the guests beside these tests. */
  static Path own(final String name) {
    try {
      return Path.of(
          Objects.requireNonNull(Modules.class.getResource("/acceptance/" + name + ".wasm"), name)
              .toURI());
    } catch (final URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Path root() {
    return Path.of(System.getProperty("root.dir"));
  }
}
