// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.context.bundle.Bundles;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppInspectTest {
  @TempDir private Path directory;

  private static Path root(final String path) {
    return Path.of(System.getProperty("root.dir")).resolve(path);
  }

  private String inspected(final int code, final String... words) {
    final Bench bench = new Bench(directory);
    final String[] all = new String[words.length + 2];
    all[0] = "app";
    all[1] = "inspect";
    System.arraycopy(words, 0, all, 2, words.length);
    assertThat(bench.run(all)).as(bench.out() + bench.err()).isEqualTo(code);
    return bench.out();
  }

  @Test
  void aModuleThatInstallsIsShownWithItsMethodsAndItsDryRun() {
    assertThat(inspected(0, root("apps/relay/relay.wasm").toString()))
        .contains("host shape  ref")
        .contains("described by itself")
        .contains("method      messages (reads only)")
        .contains("method      send\n")
        .contains("import      env.xcall (i64)->()\n")
        .contains("installs    yes")
        .contains("init        succeeds on an empty state: ");
  }

  @Test
  void inJsonItIsTheSame() {
    final JsonObject report =
        new JsonObject(inspected(0, "--json", root("apps/kv-store/kv-store.wasm").toString()));
    assertThat(report.getBoolean("installs")).isTrue();
    final JsonObject module = report.getJsonArray("modules").getJsonObject(0);
    assertThat(module.getString("generation")).isEqualTo("split");
    assertThat(module.getBoolean("describesItself")).isFalse();
    assertThat(module.getJsonObject("dryRun").getBoolean("succeeds")).isTrue();
  }

  @Test
  void aMigrationIsNoMethodForClients() throws IOException {
    final String module =
        "0061736d01000000010401600000030201000503010001071a03066d656d6f72790200"
            + "076d6967726174650000036765740000"
            + "0a040102000b";
    final Path file = Files.write(directory.resolve("new.wasm"), HexFormat.of().parseHex(module));
    assertThat(inspected(0, file.toString()))
        .contains("method      get\n")
        .contains("migrate     runs when a context changes to this application")
        .doesNotContain("method      migrate");
  }

  @Test
  void everyUnknownImportIsNamed() {
    final Path guest = root("wasm/src/test/resources/guests/unknown-imports.wasm");
    assertThat(inspected(1, guest.toString()))
        .contains("(not offered)")
        .contains("installs    no: the WebAssembly module imports what this node does not offer");
  }

  @Test
  void whatIsNoModuleIsRefused() throws IOException {
    final Path text = Files.writeString(directory.resolve("x.wasm"), "no module");
    assertThat(inspected(1, text.toString())).contains("installs    no: ");
    final Bench bench = new Bench(directory);
    assertThat(bench.run("app", "inspect", "nowhere.wasm")).isEqualTo(1);
    assertThat(bench.err()).startsWith("error: cannot read ");
  }

  @Test
  void aBundleIsShownWithItsServices() throws IOException {
    final byte[] module = Files.readAllBytes(root("apps/kv-store/kv-store.wasm"));
    final Path bundle =
        Files.write(
            directory.resolve("app.mpk"),
            new Bundles()
                .file("manifest.json", Bundles.manifest().encode())
                .file("app.wasm", module)
                .pack());
    assertThat(inspected(0, bundle.toString()))
        .contains("bundle      org.example.app 1.2.3")
        .contains("signed by   nobody")
        .contains("installs    yes");
    final Path broken =
        Files.write(directory.resolve("b.mpk"), new Bundles().file("x", "y").pack());
    assertThat(inspected(1, broken.toString()))
        .contains("installs    no: the bundle has no manifest.json");
  }
}
