// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.wasm.InvalidModuleException.Code;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

/** What is accepted as a module, and what is said of the rest. */
class ModuleLoadingTest extends EngineFixture {

  private ThrowableAssertAlternative<InvalidModuleException> refused(
      final Bytes module, final Code code) {
    return Assertions.assertThatExceptionOfType(InvalidModuleException.class)
        .isThrownBy(() -> engine().load(module))
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }

  private ThrowableAssertAlternative<InvalidModuleException> refused(
      final String guest, final Code code) {
    return refused(Guests.bytes(guest), code);
  }

  @Test
  void whatIsNoModuleIsCalledSo() {
    refused(Bytes.utf8("<html>nothing here</html>"), Code.NOT_WASM)
        .withMessage("a file that begins with the bytes 3c68746d6c3e6e6f is no WebAssembly module");
    refused(Bytes.EMPTY, Code.NOT_WASM).withMessage("an empty file is no WebAssembly module");
    refused(Bytes.copyOf(new byte[] {0, 'a', 's', 'm'}), Code.NOT_WASM)
        .withMessageContaining("no WebAssembly module");
    // A component, or a module of another version
    refused(Bytes.copyOf(new byte[] {0, 'a', 's', 'm', 13, 0, 1, 0}), Code.NOT_WASM)
        .withMessageContaining("no WebAssembly module");
  }

  @Test
  void everyUnknownImportIsNamedWithItsType() {
    refused("unknown-imports", Code.UNKNOWN_IMPORTS)
        .withMessage(
            "the WebAssembly module imports what this node does not offer:"
                + " env.storage_read (i64)->i64, env.launch_rockets (i32,f64)->(),"
                + " wasi_snapshot_preview1.fd_write (i32,i32,i32,i32)->i32,"
                + " env.a_global global, env.a_table table");
  }

  @Test
  void whatCannotRunHereIsRefusedForItsReason() {
    refused("two-shapes", Code.INVALID).withMessageContaining("log_utf8 with two different types");
    refused("imported-memory", Code.IMPORTED_MEMORY);
    refused("shared-memory", Code.SHARED_MEMORY);
    refused("no-memory", Code.NO_MEMORY).withMessageContaining("exports no memory");
    refused("large-memory", Code.MEMORY_TOO_LARGE)
        .withMessageContaining("1025 pages of memory, more than 1024");
    refused("large-table", Code.INVALID).withMessageContaining("100001 elements");
    refused(Bytes.wrap(new byte[20 * 1024 * 1024 + 1]), Code.TOO_LARGE)
        .withMessageContaining("20971521 bytes");
  }

  @Test
  void aBodyThatBreaksTheRulesIsInvalid() {
    // (module (memory (export "memory") 1) (func (export "f") drop))
    final byte[] module = {
      0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 14, 2, 6,
      'm', 'e', 'm', 'o', 'r', 'y', 2, 0, 1, 'f', 0, 0, 10, 5, 1, 3, 0, 0x1a, 0x0b
    };
    refused(Bytes.wrap(module), Code.INVALID).withMessageContaining("is not valid");
  }

  /**
   * {@code (module (memory (export "memory") 1) (func (export "f") CODE) (data "x"))}.
   *
   * @param count the section that tells how many segments of data there are, or nothing
   * @param code the instructions
   */
  private static Bytes withData(final String count, final String code) {
    final int length = code.length() / 2 + 2;
    return Bytes.wrap(
        HexFormat.of()
            .parseHex(
                "0061736d01000000"
                    + "010401600000"
                    + "03020100"
                    + "0503010001"
                    + "070e02066d656d6f7279020001660000"
                    + count
                    + String.format(Locale.ROOT, "0a%02x01%02x00", length + 2, length)
                    + code
                    + "0b"
                    + "0b0401010178"));
  }

  @Test
  void segmentsOfDataAreCountedBeforeTheyAreNamed() throws Exception {
    final String one = "0c0101";
    final String init = "410041004100fc080000";
    final String drop = "fc0900";
    for (final String code : List.of(init, drop, "00" + init, "00" + drop)) {
      assertThat(engine().load(withData(one, code)).methods()).containsExactly("f");
      refused(withData("", code), Code.MALFORMED)
          .withMessageContaining("there is no data count section");
    }
    assertThat(engine().load(withData("", "01")).methods()).containsExactly("f");
    for (final String wrong : List.of("0c0100", "0c0102", "0c05ffffffff0f")) {
      refused(withData(wrong, "01"), Code.MALFORMED)
          .withMessageContaining("segments of data and has 1");
    }
    refused(withData(one, "fc0901"), Code.MALFORMED)
        .withMessageContaining("there is no segment of data 1");
  }

  @Test
  void aModuleIsKnownByItsBytesAndParsedOnce() throws Exception {
    final Bytes bytes = Guests.bytes("kv");
    final WasmModule module = engine().load(bytes);
    assertThat(module.id()).isEqualTo(Hash.sha256(bytes.toByteArray()));
    assertThat(engine().load(Bytes.copyOf(bytes.toByteArray()))).isSameAs(module);
    assertThat(module.methods()).containsExactly("get", "set");
    assertThat(module.generation()).isEqualTo(AbiGeneration.SPLIT);
    assertThat(guest("memory-bounds").generation()).isEqualTo(AbiGeneration.SPLIT);
    assertThat(guest("bad-data").generation()).isEqualTo(AbiGeneration.NONE);
  }

  @Test
  void aModuleThatWasDroppedFromTheCacheStillWorks() throws Exception {
    final EngineOptions one = new EngineOptions(false, 1 << 20, 1024, 1, 1);
    try (WasmEngine engine = WasmEngine.create(one)) {
      final WasmModule first = engine.load(Guests.bytes("hostile"));
      final WasmModule second = engine.load(Guests.bytes("kv"));
      for (int i = 0; i < 3; i++) {
        completed(first.call(Guests.call("nothing"), StateReader.EMPTY));
      }
      assertThat(engine.load(Guests.bytes("kv"))).isSameAs(second);
      assertThat(engine.load(Guests.bytes("hostile"))).isNotSameAs(first);
    }
  }

  @Test
  void aClosedEngineSaysSo() throws Exception {
    final WasmEngine engine = WasmEngine.create(EngineOptions.defaults());
    final WasmModule module = engine.load(Guests.bytes("kv"));
    engine.close();
    engine.close();
    assertThatThrownBy(() -> engine.load(Guests.bytes("kv")))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> module.call(Guests.call("get"), StateReader.EMPTY))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aTruncatedModuleIsRefusedOrStillOne() throws Exception {
    for (final String guest : List.of("script-split", "start-counts", "hostile")) {
      final byte[] good = Guests.bytes(guest).toByteArray();
      for (int length = 0; length < good.length; length++) {
        loadsOrIsRefused(Bytes.wrap(Arrays.copyOf(good, length)), "length " + length);
      }
    }
  }

  @Test
  void aModuleWithFlippedBytesIsRefusedOrRuns() throws Exception {
    final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    final Random random = new Random(seed);
    final List<byte[]> good =
        List.of(
            Guests.bytes("script-ref").toByteArray(),
            Guests.bytes("hostile").toByteArray(),
            Guests.bytes("start-counts").toByteArray());
    for (int i = 0; i < Integer.getInteger("fuzz.modules", 600); i++) {
      final byte[] module = good.get(i % good.size()).clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        module[8 + random.nextInt(module.length - 8)] = (byte) random.nextInt(256);
      }
      loadsOrIsRefused(Bytes.wrap(module), "module " + i + " of fuzz.seed " + seed);
    }
  }

  private void loadsOrIsRefused(final Bytes module, final String which) {
    final WasmModule loaded;
    try {
      loaded = engine().load(module);
    } catch (final InvalidModuleException e) {
      assertThat(e).as(which).message().contains("WebAssembly module");
      return;
    } catch (final RuntimeException | Error e) {
      throw new AssertionError(which, e);
    }
    for (final String method : loaded.methods()) {
      if (method.endsWith("_forever") || method.equals("recurse_through_host")) {
        continue;
      }
      final Call call = Guests.with(Guests.call(method), Duration.ofSeconds(1));
      try {
        assertThat(loaded.call(call, StateReader.EMPTY))
            .as(which)
            .isInstanceOfAny(
                CallResult.Completed.class, CallResult.Failed.class, CallResult.TimedOut.class);
      } catch (final RuntimeException e) {
        throw new AssertionError(which + " in " + method, e);
      }
    }
  }
}
