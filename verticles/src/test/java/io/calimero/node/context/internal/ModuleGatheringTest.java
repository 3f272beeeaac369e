// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.calimero.node.context.ContextOptions;
import io.calimero.node.context.PendingOptions;
import io.calimero.node.events.Application;
import io.calimero.node.events.BlobDigest;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.messages.ModuleMessages.AddChunk;
import io.calimero.node.events.messages.ModuleMessages.EndGathering;
import io.calimero.node.events.messages.ModuleMessages.Gather;
import io.calimero.node.events.messages.ModuleMessages.Gathering;
import io.calimero.node.events.messages.ModuleMessages.Missing;
import io.calimero.node.events.messages.ModuleMessages.Outline;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modules that come from elsewhere, up to their being installed. */
class ModuleGatheringTest {
  private static final int MIB = 1 << 20;
  private static final int LENGTH = 2 * MIB + 5;

  @TempDir private Path home;
  private final byte[] module = new byte[LENGTH];
  private final List<Hash> chunks = new ArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer web;

  @BeforeEach
  void begin() throws IOException {
    new Random(1).nextBytes(module);
    for (int i = 0; i < 3; i++) {
      chunks.add(Hash.sha256(chunk(i)));
    }
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.start();
  }

  @AfterEach
  void end() {
    web.stop(0);
  }

  private static ContextOptions options(final boolean fromSource) {
    return new ContextOptions(
        4,
        MIB,
        2,
        2,
        4 * MIB,
        Duration.ofSeconds(10),
        77,
        77,
        true,
        List.of(),
        PendingOptions.DEFAULT,
        0,
        fromSource);
  }

  private byte[] chunk(final int number) {
    return Arrays.copyOfRange(module, number * MIB, Math.min(LENGTH, number * MIB + MIB));
  }

  private Application application(final String source) {
    final BlobDigest digest = new BlobDigest();
    digest.update(module);
    return new Application(digest.id(), LENGTH, source, Bytes.EMPTY);
  }

  private Gather outlined(final Application application) {
    return new Gather(application, Optional.of(new Outline(LENGTH, chunks)));
  }

  private static List<Integer> missing(final Gathering gathering) {
    return gathering.missing().stream().map(Missing::number).toList();
  }

  private void add(final CoreFixture node, final Application application, final int number) {
    node.get(
        node.core.addChunk(new AddChunk(application.blob(), number, Bytes.wrap(chunk(number)))));
  }

  private String serve(final byte[] content) {
    web.createContext(
        "/app.wasm",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, content.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(content);
          }
        });
    return "http://127.0.0.1:" + web.getAddress().getPort() + "/app.wasm";
  }

  @Test
  void whatWasGatheredOutlivesARestartAndIsClearedWhenItIsInstalled() {
    final CoreFixture node = new CoreFixture(home, options(false));
    final Application application = application("file:///a.wasm");
    final Gather again = new Gather(application, Optional.empty());
    assertThat(node.get(node.core.gather(again))).isEqualTo(new Gathering(false, false, List.of()));
    assertThat(missing(node.get(node.core.gather(outlined(application))))).containsExactly(0, 1, 2);
    add(node, application, 2);
    node.restart();
    assertThat(missing(node.get(node.core.gather(again)))).containsExactly(0, 1);
    add(node, application, 0);
    assertThat(node.problem(node.core.gathered(new EndGathering(application))).code())
        .isEqualTo(Code.BLOB_UNAVAILABLE);
    add(node, application, 1);
    assertThat(node.core.application(application.id())).isEmpty();
    node.get(node.core.gathered(new EndGathering(application)));
    assertThat(node.core.application(application.id())).contains(application);
    assertThat(node.blobs.read(application.blob(), LENGTH)).isEqualTo(Bytes.wrap(module));
    assertThat(home.resolve("fetching")).isEmptyDirectory();
    // what comes late, or twice, does no harm
    add(node, application, 1);
    node.get(node.core.gathered(new EndGathering(application)));
    assertThat(node.get(node.core.gather(again)).installed()).isTrue();
    assertThat(home.resolve("fetching")).isEmptyDirectory();
  }

  @Test
  void aNodeThatWasKilledAfterItInstalledKeepsNothingTwice() throws IOException {
    final CoreFixture node = new CoreFixture(home, options(false));
    final Application application = application("file:///a.wasm");
    node.get(node.core.gather(outlined(application)));
    for (int i = 0; i < 3; i++) {
      add(node, application, i);
    }
    final Path kept = home.resolve("fetching").resolve(application.blob().toString());
    final byte[] outline = Files.readAllBytes(kept.resolve("outline"));
    node.get(node.core.gathered(new EndGathering(application)));
    Files.createDirectories(kept);
    Files.write(kept.resolve("outline"), outline);
    node.restart();
    assertThat(kept).doesNotExist();
  }

  @Test
  void whatAPeerMakesUpIsNotBelieved() {
    final CoreFixture node = new CoreFixture(home, options(false));
    final Application application = application("file:///a.wasm");
    for (final Outline lie :
        List.of(
            new Outline(LENGTH - 1, chunks),
            new Outline(LENGTH, chunks.reversed()),
            new Outline(LENGTH, List.of()))) {
      assertThat(node.problem(node.core.gather(new Gather(application, Optional.of(lie)))).code())
          .isEqualTo(Code.BLOB_UNAVAILABLE);
    }
    assertThat(home.resolve("fetching")).doesNotExist();
    node.get(node.core.gather(outlined(application)));
    final Problem wrong =
        node.problem(node.core.addChunk(new AddChunk(application.blob(), 0, Bytes.wrap(chunk(1)))));
    assertThat(wrong.code()).isEqualTo(Code.BLOB_UNAVAILABLE);
    final Application huge =
        new Application(application.blob(), ContextOptions.MODULE_BYTES_MAX + 1L, "", Bytes.EMPTY);
    assertThat(node.problem(node.core.gather(new Gather(huge, Optional.empty()))).code())
        .isEqualTo(Code.INVALID_MODULE);
  }

  @Test
  void whatAnotherApplicationHasIsNotFetchedAgain() {
    final CoreFixture node = new CoreFixture(home, options(false));
    final Application first = application("file:///a.wasm");
    final Application second = application("file:///b.wasm");
    final Application third = application("file:///c.wasm");
    for (final Application application : List.of(first, second)) {
      node.get(node.core.gather(outlined(application)));
    }
    for (int i = 0; i < 3; i++) {
      add(node, first, i);
    }
    node.get(node.core.gathered(new EndGathering(first)));
    // the second one's chunks come when the first one's are gone
    add(node, second, 1);
    node.get(node.core.gathered(new EndGathering(second)));
    assertThat(node.get(node.core.gather(new Gather(third, Optional.empty()))).installed())
        .isTrue();
    assertThat(node.core.applications()).containsExactlyInAnyOrder(first, second, third);
    assertThat(home.resolve("fetching")).isEmptyDirectory();
  }

  @Test
  void aModuleIsFetchedFromItsSourceIfTheOperatorWantsThat() throws IOException {
    Files.createDirectory(home.resolve("off"));
    Files.createDirectory(home.resolve("on"));
    final Application application = application(serve(module));
    final Gather request = new Gather(application, Optional.empty());
    final CoreFixture off = new CoreFixture(home.resolve("off"), options(false));
    assertThat(off.get(off.core.gather(request)).installed()).isFalse();
    assertThat(requests).hasValue(0);
    final CoreFixture on = new CoreFixture(home.resolve("on"), options(true));
    assertThat(on.get(on.core.gather(request)).installed()).isTrue();
    assertThat(requests).hasValue(1);
    assertThat(on.core.application(application.id())).contains(application);
    assertThat(on.blobs.read(application.blob(), LENGTH)).isEqualTo(Bytes.wrap(module));
  }

  @Test
  void aSourceWithAnotherModuleIsLeftAloneForAWhile() {
    final byte[] other = module.clone();
    other[7] ^= 1;
    final Application application = application(serve(other));
    final CoreFixture node = new CoreFixture(home, options(true));
    final Gather request = new Gather(application, Optional.empty());
    for (int i = 0; i < 3; i++) {
      assertThat(node.get(node.core.gather(request)).installed()).isFalse();
    }
    assertThat(requests).hasValue(1);
    node.pass(Duration.ofMinutes(11));
    assertThat(node.get(node.core.gather(request)).installed()).isFalse();
    assertThat(requests).hasValue(2);
    assertThat(node.core.applications()).isEmpty();
    assertThat(node.blobs.list()).isEmpty();
  }

  @Test
  void aSourceWithoutEndIsGivenUp() {
    web.createContext(
        "/app.wasm",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
              out.write(new byte[MIB]);
              requests.incrementAndGet();
            }
          }
        });
    final Application application =
        application("http://127.0.0.1:" + web.getAddress().getPort() + "/app.wasm");
    final CoreFixture node = new CoreFixture(home, options(true));
    assertThat(node.get(node.core.gather(new Gather(application, Optional.empty()))).installed())
        .isFalse();
    assertThat(node.blobs.list()).isEmpty();
  }
}
