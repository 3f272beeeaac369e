// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.Console;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import io.calimero.node.cli.internal.terminal.Text;
import io.calimero.node.context.bundle.Bundle;
import io.calimero.node.context.bundle.BundleException;
import io.calimero.node.events.Bytes;
import io.calimero.node.wasm.EngineOptions;
import io.calimero.node.wasm.WasmEngine;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code app inspect}. */
@Command(
    name = "inspect",
    description = {
      "Show what a module or a bundle is made of, and whether a node would install it.",
      "Needs no node: the module is loaded here, and its init is run once on an empty state."
    })
final class AppInspect implements Callable<Integer> {
  private static final int MODULE_BYTES = EngineOptions.defaults().moduleSize();

  private final Workplace workplace;

  @Parameters(paramLabel = "FILE", description = "A .wasm module or an .mpk bundle.")
  private Path file = Path.of("");

  @Option(
      names = "--args",
      paramLabel = "JSON",
      defaultValue = "{}",
      description = "The input of the dry run of init. Default: ${DEFAULT-VALUE}")
  private String arguments = "{}";

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  AppInspect(final Workplace workplace) {
    this.workplace = workplace;
  }

  @Override
  public Integer call() {
    final Bytes bytes = read(workplace.place().directory().resolve(file));
    final JsonObject report = new JsonObject().put("size", bytes.length());
    boolean installs = true;
    try (WasmEngine engine = WasmEngine.create(EngineOptions.defaults())) {
      final JsonArray modules = new JsonArray();
      for (final Bundle.Service service : services(bytes, report)) {
        final JsonObject module =
            ModuleInspection.of(engine, service.module(), Bytes.utf8(arguments));
        service.name().ifPresent(name -> module.put("service", name));
        installs &= module.getBoolean("installs");
        modules.add(module);
      }
      report.put("installs", installs).put("modules", modules);
    } catch (final BundleException e) {
      installs = false;
      report
          .put("installs", false)
          .put("refusal", Text.clean(String.valueOf(e.getMessage())))
          .put("modules", new JsonArray());
    }
    print(report);
    return (installs ? ExitCode.OK : ExitCode.FAILED).number();
  }

  private static List<Bundle.Service> services(final Bytes bytes, final JsonObject report)
      throws BundleException {
    if (!Bundle.isBundle(bytes)) {
      return List.of(new Bundle.Service(Optional.empty(), bytes));
    }
    final Bundle bundle = Bundle.read(bytes, MODULE_BYTES);
    report.put(
        "bundle",
        new JsonObject()
            .put("package", bundle.packageName())
            .put("version", bundle.version())
            .put("signer", bundle.signer().orElse(null)));
    return bundle.services();
  }

  private void print(final JsonObject report) {
    final Console console = workplace.console();
    if (json) {
      console.result(report.encodePrettily());
    } else {
      InspectionText.lines(report).forEach(line -> console.result(Text.oneLine(line)));
    }
  }

  private static Bytes read(final Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      final byte[] bytes = in.readNBytes(4 * MODULE_BYTES);
      return Bytes.wrap(bytes);
    } catch (final IOException e) {
      throw Failure.failed("cannot read " + file + ": " + e).because(e);
    }
  }
}
