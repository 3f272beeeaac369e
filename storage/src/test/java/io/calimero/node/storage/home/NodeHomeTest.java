// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.storage.Access;
import io.calimero.node.storage.StorageException;
import io.calimero.node.storage.StorageException.Code;
import io.calimero.node.storage.home.internal.DirectoryHome;
import io.calimero.node.storage.internal.FaultyDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeHomeTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir private Path parent;

  private static AbstractThrowableAssert<?, ?> assertCode(
      final Code code, final ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aNewHomeHasItsFoldersAndIsTheOwnersAlone() throws IOException {
    final Path directory = parent.resolve("a/b/home");
    try (NodeHome home = NodeHome.init(directory, CLOCK)) {
      assertThat(home.access()).isEqualTo(Access.READ_WRITE);
      for (final Path folder :
          List.of(home.directory(), home.log(), home.state(), home.blobs(), home.keys())) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
            .isEqualTo("rwx------");
      }
      assertThat(home.nodeKey()).doesNotExist();
    }
    assertThat(NodeHome.isHome(directory)).isTrue();
    NodeHome.init(directory, CLOCK).close();
    NodeHome.open(directory, CLOCK).close();
  }

  @Test
  void anEmptyDirectoryBecomesAHomeAndOthersAreKeptOut() throws IOException {
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwxrwx"));
    NodeHome.init(parent, CLOCK).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(parent)))
        .isEqualTo("rwx------");
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxrwx---"));
    assertCode(Code.PERMISSION, () -> NodeHome.open(parent, CLOCK)).hasMessageContaining("chmod");
  }

  @Test
  void whatIsNoHomeIsLeftAlone() throws IOException {
    assertCode(Code.NOT_A_HOME, () -> NodeHome.open(parent.resolve("none"), CLOCK));
    assertCode(Code.NOT_A_HOME, () -> NodeHome.open(parent, CLOCK));
    assertCode(Code.NOT_A_HOME, () -> NodeHome.openReadOnly(parent));
    Files.createDirectories(parent.resolve("log/something"));
    assertCode(Code.NOT_A_HOME, () -> NodeHome.init(parent, CLOCK)).hasMessageContaining("log");
    Files.writeString(parent.resolve("letter.txt"), "dear");
    assertCode(Code.NOT_A_HOME, () -> NodeHome.init(parent, CLOCK));
    assertCode(Code.NOT_A_HOME, () -> NodeHome.init(parent.resolve("letter.txt"), CLOCK));
    assertThat(parent.resolve("format")).doesNotExist();
  }

  @Test
  void aNewerOrDamagedFormatIsRefused() throws IOException {
    NodeHome.init(parent, CLOCK).close();
    Files.writeString(parent.resolve("format"), "calimero-home 2\n");
    assertCode(Code.NEWER_FORMAT, () -> NodeHome.open(parent, CLOCK)).hasMessageContaining("2");
    assertCode(Code.NEWER_FORMAT, () -> NodeHome.init(parent, CLOCK));
    assertCode(Code.NEWER_FORMAT, () -> NodeHome.openReadOnly(parent));
    Files.writeString(parent.resolve("format"), "calimero-hom");
    assertCode(Code.CORRUPT, () -> NodeHome.open(parent, CLOCK));
  }

  @Test
  void aHomeIsOpenOnceInOneProcess() throws IOException {
    final NodeHome home = NodeHome.init(parent, CLOCK);
    final Path alias = parent.resolveSibling(parent.getFileName() + "-alias");
    Files.createSymbolicLink(alias, parent);
    assertCode(Code.IN_USE, () -> NodeHome.open(parent, CLOCK))
        .hasMessageContaining("this process");
    assertCode(Code.IN_USE, () -> NodeHome.open(alias, CLOCK));
    try (NodeHome looking = NodeHome.openReadOnly(alias)) {
      assertThat(looking.access()).isEqualTo(Access.READ_ONLY);
    }
    assertCode(Code.IN_USE, () -> NodeHome.open(parent, CLOCK));
    home.close();
    home.close();
    NodeHome.open(alias, CLOCK).close();
    Files.delete(alias);
  }

  @Test
  void theLockOfAnotherProcessIsNamedAndEndsWithIt() throws Exception {
    final Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                parent.toString())
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("held");
      assertCode(Code.IN_USE, () -> NodeHome.open(parent, CLOCK))
          .hasMessageContaining("process " + process.pid() + " since 2026-01-02T03:04:05Z");
      NodeHome.openReadOnly(parent).close();
    } finally {
      process.destroyForcibly().waitFor();
    }
    NodeHome.open(parent, CLOCK).close();
  }

  @Test
  void aCrashWhileAHomeIsMadeLetsItBeMadeAgain() {
    for (int step = 0; ; step++) {
      final Path directory = parent.resolve("home" + step);
      final FaultyDisk disk = FaultyDisk.crashingAt(step);
      boolean made = true;
      try {
        DirectoryHome.init(directory, CLOCK, disk).close();
      } catch (final StorageException e) {
        made = false;
      }
      NodeHome.init(directory, CLOCK).close();
      assertThat(NodeHome.isHome(directory)).isTrue();
      if (!disk.failed()) {
        assertThat(made).isTrue();
        assertThat(step).isGreaterThan(8);
        return;
      }
    }
  }

  /** A process that holds a home until it is killed. */
  static final class Holder {
    private Holder() {}

    /** Takes the home of the first argument. */
    public static void main(final String[] args) throws IOException {
      final NodeHome home = NodeHome.init(Path.of(args[0]), CLOCK);
      System.out.println("held");
      while (System.in.read() >= 0) {
        assertThat(home.access()).isEqualTo(Access.READ_WRITE);
      }
    }
  }
}
