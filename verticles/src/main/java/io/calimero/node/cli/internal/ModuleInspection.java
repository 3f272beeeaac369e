// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.PublicKey;
import io.calimero.node.wasm.Access;
import io.calimero.node.wasm.AuthorSide;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.InvalidModuleException;
import io.calimero.node.wasm.ModuleReport;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.Surroundings;
import io.calimero.node.wasm.WasmEngine;
import io.calimero.node.wasm.WasmModule;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What there is to say of one module. */
final class ModuleInspection {
  private static final String INIT = "init";
  private static final String MIGRATE = "migrate";
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private ModuleInspection() {}

  static JsonObject of(final WasmEngine engine, final Bytes bytes, final Bytes arguments) {
    final JsonObject json =
        new JsonObject().put("size", bytes.length()).put("sha256", digest(bytes));
    try {
      describe(json, ModuleReport.of(bytes));
      final WasmModule module = engine.load(bytes);
      json.put("installs", true);
      if (module.methods().contains(INIT)) {
        json.put("dryRun", dryRun(module, arguments));
      }
    } catch (final InvalidModuleException e) {
      json.put("installs", false).put("refusal", String.valueOf(e.getMessage()));
    }
    return json;
  }

  private static String digest(final Bytes bytes) {
    return HexFormat.of().formatHex(Hash.sha256(bytes.unsafeArray()).toByteArray());
  }

  private static void describe(final JsonObject json, final ModuleReport report) {
    final JsonArray imports = new JsonArray();
    report
        .imports()
        .forEach(
            each ->
                imports.add(
                    new JsonObject().put("name", each.name()).put("offered", each.offered())));
    final List<String> reading = reading(report.abi());
    final JsonArray methods = new JsonArray();
    report.methods().stream()
        .filter(
            name -> !name.equals(INIT) && !name.equals(MIGRATE) && !name.startsWith("__calimero"))
        .forEach(
            name ->
                methods.add(
                    new JsonObject().put("name", name).put("readOnly", reading.contains(name))));
    json.put("generation", report.generation().name().toLowerCase(Locale.ROOT))
        .put("memoryPages", report.memoryPages().orElse(null))
        .put("describesItself", report.abi().isPresent())
        .put("imports", imports)
        .put("migrates", report.methods().contains(MIGRATE))
        .put("exports", new JsonArray(report.exports()))
        .put("methods", methods);
  }

  private static List<String> reading(final Optional<Bytes> abi) {
    try {
      return abi
          .map(text -> new JsonObject(text.toUtf8()).getJsonArray("methods", new JsonArray()))
          .orElseGet(JsonArray::new)
          .stream()
          .filter(JsonObject.class::isInstance)
          .map(JsonObject.class::cast)
          .filter(method -> "read_only".equals(method.getValue("intent")))
          .map(method -> String.valueOf(method.getValue("name")))
          .toList();
    } catch (final DecodeException | ClassCastException e) {
      return List.of();
    }
  }

  private static JsonObject dryRun(final WasmModule module, final Bytes arguments) {
    final JsonObject json = new JsonObject().put("method", INIT);
    final Call call =
        new Call(
            new ContextId(Hash.ZERO),
            new PublicKey(Hash.ZERO),
            INIT,
            arguments,
            0,
            Hash.ZERO,
            Limits.DEFAULT,
            Access.MUTATE,
            DEADLINE,
            new Surroundings(
                Optional.empty(), Optional.empty(), Blobs.NONE, Optional.of(AuthorSide.EMPTY)));
    switch (module.call(call, new NoState())) {
      case CallResult.Completed completed ->
          json.put("succeeds", true)
              .put("writes", completed.outcome().writes().writes().size())
              .put("gas", completed.outcome().gas());
      case CallResult.Failed failed ->
          json.put("succeeds", false)
              .put(
                  "error",
                  failed.error().message()
                      + failed.error().data().map(data -> ": " + data.toUtf8()).orElse(""));
      case CallResult.WouldWrite _ -> json.put("succeeds", false).put("error", "it writes");
      case CallResult.TimedOut late ->
          json.put("succeeds", false)
              .put("error", "it did not end within " + late.deadline().toSeconds() + " s");
      case CallResult.Interrupted broken ->
          json.put("succeeds", false).put("error", broken.reason());
    }
    return json;
  }

  /** A state without entries that can also be asked in order. */
  private static final class NoState implements StateReader {
    @Override
    public Optional<Bytes> get(final Bytes key) {
      return Optional.empty();
    }

    @Override
    public Iterator<Map.Entry<Bytes, Bytes>> scan(final Bytes from, final Bytes to) {
      return new TreeMap<Bytes, Bytes>().entrySet().iterator();
    }
  }
}
