// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.calimero.node.wasm.EngineMode;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import org.graalvm.polyglot.Engine;

/** Tells whether an engine compiles, and if not, what is missing. */
final class JitStatus {
  private JitStatus() {}

  static EngineMode of(final Engine engine, final String version) {
    final String name = engine.getImplementationName();
    final boolean compiled = !name.equals("Interpreted");
    return new EngineMode(
        compiled,
        compiled ? name + " " + version : "GraalWasm " + version,
        compiled ? Optional.empty() : Optional.of(reason()));
  }

  private static String reason() {
    if (Boolean.getBoolean("truffle.UseFallbackRuntime")) {
      return "the compiler was turned off by truffle.UseFallbackRuntime";
    }
    if (!option("EnableJVMCI")) {
      return "the JVM was started without -XX:+UnlockExperimentalVMOptions -XX:+EnableJVMCI";
    }
    final boolean compiler =
        ModuleLayer.boot()
            .findModule("jdk.graal.compiler")
            .map(module -> !module.getPackages().isEmpty())
            .orElse(false);
    return compiler
        ? "the compiler on --upgrade-module-path does not fit this engine or this JDK"
        : "the JVM was started without the Graal compiler on --upgrade-module-path";
  }

  private static boolean option(final String name) {
    try {
      return Boolean.parseBoolean(
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
              .getVMOption(name)
              .getValue());
    } catch (final IllegalArgumentException e) {
      // A JVM that does not know the option does not have what it turns on
      return false;
    }
  }
}
