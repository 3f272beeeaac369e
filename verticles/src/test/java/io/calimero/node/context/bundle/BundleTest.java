// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.crypto.KeyPair;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BundleTest {
  private static final int MODULE_BYTES = 100_000;
  private static final byte[] WASM = {0, 'a', 's', 'm', 1, 0, 0, 0};
  private static final KeyPair KEY = KeyPair.ofSecret(Hash.sha256(new byte[] {7}));

  private static Bundle read(final byte[] bundle) throws BundleException {
    return Bundle.read(Bytes.wrap(bundle), MODULE_BYTES);
  }

  private static void refused(final byte[] bundle, final String why) {
    assertThatThrownBy(() -> read(bundle))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith("the bundle ")
        .hasMessageContaining(why);
  }

  private static Bundles with(final JsonObject manifest) {
    return new Bundles().file("manifest.json", manifest.encode()).file("app.wasm", WASM);
  }

  @Test
  void aBundleOfOneModuleIsRead() throws Exception {
    final byte[] packed = with(Bundles.manifest()).pack();
    assertThat(Bundle.isBundle(Bytes.wrap(packed))).isTrue();
    assertThat(Bundle.isBundle(Bytes.wrap(WASM))).isFalse();
    final Bundle bundle = read(packed);
    assertThat(bundle.packageName()).isEqualTo("org.example.app");
    assertThat(bundle.version()).isEqualTo("1.2.3");
    assertThat(bundle.signer()).isEmpty();
    assertThat(bundle.services())
        .singleElement()
        .extracting(Bundle.Service::module)
        .isEqualTo(Bytes.wrap(WASM));
  }

  @Test
  void whatArchiversAddIsPassedOver() throws Exception {
    final byte[] packed =
        new Bundles()
            .file("./._manifest.json", "not json")
            .file("./manifest.json", Bundles.manifest().encode())
            .file("._app.wasm", "noise")
            .file("./app.wasm", WASM)
            .pack();
    assertThat(read(packed).services()).hasSize(1);
  }

  @Test
  void servicesAreReadInTheirOrderWithTheirDescriptions() throws Exception {
    final JsonObject manifest = Bundles.manifest();
    manifest.put(
        "services",
        JsonArray.of(
            JsonObject.of("name", "one", "wasm", JsonObject.of("path", "app.wasm")),
            JsonObject.of(
                "name", "two",
                "wasm", JsonObject.of("path", "app.wasm"),
                "abi", JsonObject.of("path", "abi.json"))));
    final Bundle bundle = read(with(manifest).file("abi.json", "{}").pack());
    assertThat(bundle.services())
        .extracting(service -> service.name().orElse(""))
        .containsExactly("one", "two");
    final String described =
        HexFormat.of().formatHex(bundle.services().getLast().module().toByteArray());
    assertThat(described)
        .isEqualTo("0061736d01000000" + "0012" + "0f" + "63616c696d65726f5f6162695f7631" + "7b7d");
    assertThat(AbiEmbedding.embed(bundle.services().getLast().module(), Bytes.utf8("{}")))
        .isEqualTo(bundle.services().getLast().module());
  }

  @Test
  void aGoodSignatureNamesTheSigner() throws Exception {
    final JsonObject manifest =
        Bundles.signed(Bundles.manifest().put("metadata", JsonObject.of("name", "Ä \"x\"\n")), KEY);
    assertThat(read(with(manifest).pack()).signer())
        .hasValueSatisfying(signer -> assertThat(signer).startsWith("did:key:z6Mk"));
    // Fields that begin so are not signed
    assertThat(read(with(manifest.put("_overwrite", true)).pack()).signer()).isPresent();
  }

  @Test
  void theFormThatIsSignedIsThatOfRfc8785() throws Exception {
    final StringBuilder out = new StringBuilder();
    JsonTree.parse(
            Bytes.utf8(
                "{ \"b\": [1, true, null, \"\\u0001\\u20ac/\\t\"], \"a\" : {\"é\":0,\"\":-7} }"))
        .write(out);
    assertThat(out).hasToString("{\"a\":{\"\":-7,\"é\":0},\"b\":[1,true,null,\"\\u0001€/\\t\"]}");
    assertThat(
            ManifestSignature.didKey(
                HexFormat.of()
                    .parseHex("3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29")))
        .isEqualTo("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp");
  }

  @Test
  void aSignatureThatIsNotRightIsRefused() throws Exception {
    final JsonObject signed = Bundles.signed(Bundles.manifest(), KEY);
    refused(with(signed.copy().put("appVersion", "9")).pack(), "not the signer's");
    final JsonObject another = signed.copy();
    another.getJsonObject("signature").put("algorithm", "rsa");
    refused(with(another).pack(), "another algorithm");
    final JsonObject brief = signed.copy();
    brief.getJsonObject("signature").put("signature", "AAAA");
    refused(with(brief).pack(), "not of 64 bytes");
    final JsonObject odd = signed.copy();
    odd.getJsonObject("signature").put("publicKey", "***");
    refused(with(odd).pack(), "no base64");
    final JsonObject anonymous = Bundles.signed(Bundles.manifest(), KEY);
    final JsonObject other = Bundles.manifest().put("signerId", "did:key:z6Mkother");
    final JsonTree.Fields fields = (JsonTree.Fields) JsonTree.parse(Bytes.utf8(other.encode()));
    other.put("signature", anonymous.getJsonObject("signature"));
    other
        .getJsonObject("signature")
        .put(
            "signature",
            Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(KEY.sign(ManifestSignature.digest(fields)).bytes().toByteArray()));
    refused(with(other).pack(), "names another signer");
    refused(with(Bundles.signed(Bundles.manifest(), KEY).put("x", 0.5)).pack(), "not whole");
  }

  @Test
  void whatIsMissingOrDifferentIsNamed() {
    refused(new Bundles().file("app.wasm", WASM).pack(), "has no manifest.json");
    refused(new Bundles().file("manifest.json", "[]").pack(), "no object");
    refused(new Bundles().file("manifest.json", "{").pack(), "no JSON");
    refused(new Bundles().file("manifest.json", "{\"a\":1,\"a\":2}").pack(), "no JSON");
    refused(
        new Bundles().file("manifest.json", Bundles.manifest().encode()).pack(),
        "has no file \"app.wasm\"");
    final JsonObject hashed = Bundles.manifest();
    hashed.getJsonObject("wasm").put("hash", "00");
    refused(with(hashed).pack(), "has another file \"app.wasm\"");
    final JsonObject nameless = Bundles.manifest();
    nameless.remove("package");
    refused(with(nameless).pack(), "without a package");
    refused(with(Bundles.manifest()).file("./app.wasm", WASM).pack(), "has two files \"app.wasm\"");
    final JsonArray services = new JsonArray();
    for (int i = 0; i < 33; i++) {
      services.add(JsonObject.of("name", "s" + i, "wasm", JsonObject.of("path", "app.wasm")));
    }
    refused(with(Bundles.manifest().put("services", services)).pack(), "more than 32 services");
  }

  @Test
  void whatIsTooMuchIsRefused() {
    final Bundles many = with(Bundles.manifest());
    for (int i = 0; i < 256; i++) {
      many.file("f" + i, new byte[0]);
    }
    refused(many.pack(), "more than 256 entries");
    refused(
        with(Bundles.manifest()).file("big.bin", new byte[MODULE_BYTES + 1]).pack(),
        "more than 100000");
    final Bundles bomb = with(Bundles.manifest());
    for (int i = 0; i < 10; i++) {
      bomb.file("zeros" + i, new byte[MODULE_BYTES - 1]);
    }
    final byte[] packed = bomb.pack();
    assertThat(packed.length).isLessThan(10_000);
    refused(packed, "unpacks to more than 400000 bytes");
  }

  @Test
  void anyBytesAreReadOrRefused() throws Exception {
    final long seed = 20_261_122;
    final Random random = new Random(seed);
    final byte[] packed = with(Bundles.signed(Bundles.manifest(), KEY)).pack();
    int readable = 0;
    for (int i = 0; i < 3_000; i++) {
      final byte[] mutant = Arrays.copyOf(packed, random.nextInt(packed.length) + 1);
      for (int hits = random.nextInt(4); hits >= 0; hits--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
      }
      try {
        read(mutant);
        readable++;
      } catch (final BundleException expected) {
        assertThat(expected).hasMessageStartingWith("the bundle ");
      }
    }
    assertThat(readable).as("seed %d", seed).isLessThan(3_000);
  }
}
