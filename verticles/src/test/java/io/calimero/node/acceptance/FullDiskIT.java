// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.calimero.node.acceptance.NodeClient.Reply;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A disk without space. A small one in memory is mounted for the node's process alone, which Linux
 * lets most users do; elsewhere this is skipped, and the log's own tests remain.
 */
@Execution(ExecutionMode.CONCURRENT)
class FullDiskIT {
  private static final JsonObject NOTHING = new JsonObject();
  private static final String MOUNT = "mount -t tmpfs -o size=8m none \"$0\" && exec \"$@\"";

  /** More than fit into the segments that the log has space for already. */
  private static final int MANY = 5_000;

  private static final String VALUE = "v".repeat(1000);

  @TempDir private Path directory;

  @Test
  void withoutSpaceNothingIsAcknowledgedThatIsNotStoredAndReadsGoOn() throws IOException {
    final Path disk = Files.createDirectory(directory.resolve("disk"));
    final List<String> wrapper = List.of("unshare", "-r", "-m", "sh", "-c", MOUNT, disk.toString());
    assumeThat(canMount(wrapper)).as("a mount of one's own").isTrue();
    final Path copy = directory.resolve("copy");
    final int stored;
    final String context;
    final Map<String, String> settings = Map.of("LOG_SEGMENT_SIZE", "256KiB");
    try (NodeProcess node =
            NodeProcess.launchLight(
                wrapper,
                settings,
                List.of(
                    "up",
                    "--home",
                    disk.resolve("home").toString(),
                    "--http-port",
                    "0",
                    "--p2p-port",
                    "0"));
        NodeClient client = new NodeClient(node)) {
      final Path seen = Path.of("/proc/" + node.pid() + "/root" + disk.toRealPath());
      final String application = client.install(Modules.kvStore());
      context = client.create(application, "{}");
      final int before = writeUntilRefused(client, context, 0, 3);

      final Path ballast = seen.resolve("ballast");
      fill(ballast);
      final int acknowledged = writeUntilRefused(client, context, before, MANY);
      assertThat(acknowledged).isLessThan(MANY);
      final JsonObject error = client.refused("mutate", context, "set", pair(acknowledged));
      assertThat(error.getString("type")).isEqualTo("StorageFull");
      assertThat(error.getString("data")).isNotEmpty();
      assertThat(client.execute(context, "len", NOTHING).getInteger("output"))
          .isEqualTo(acknowledged);
      assertThat(client.execute(context, "get", JsonObject.of("key", "key0")).getString("output"))
          .isEqualTo(VALUE);
      assertRefusedForSpace(client.tryCreate(application, "{}"));
      assertRefusedForSpace(client.tryInstall(Modules.expenses()));
      assertThat(client.contexts()).containsExactly(context);
      assertThat(client.applications()).containsExactly(application);
      assertThat(seen.resolve("home/keys")).isDirectoryNotContaining("glob:**.tmp");

      Files.delete(ballast);
      stored = writeUntilRefused(client, context, acknowledged, acknowledged + 100);
      assertThat(stored).isEqualTo(acknowledged + 100);
      assertThat(client.execute(context, "len", NOTHING).getInteger("output")).isEqualTo(stored);
      client.create(application, "{}");
      copy(seen.resolve("home"), copy);
    }

    try (NodeProcess node = NodeProcess.startLight(copy, settings);
        NodeClient client = new NodeClient(node)) {
      assertThat(client.execute(context, "len", NOTHING).getInteger("output")).isEqualTo(stored);
      assertThat(client.contexts()).hasSize(2);
    }
  }

  /** Writes from one number on until another, or until a write is refused, and says until which. */
  private static int writeUntilRefused(
      final NodeClient client, final String context, final int from, final int to) {
    for (int i = from; i < to; i++) {
      final JsonObject answer = client.call("mutate", context, "set", pair(i));
      if (answer.containsKey("error")) {
        assertThat(answer.getJsonObject("error").getString("type")).isEqualTo("StorageFull");
        return i;
      }
    }
    return to;
  }

  private static JsonObject pair(final int i) {
    return JsonObject.of("key", "key" + i, "value", VALUE);
  }

  private static void assertRefusedForSpace(final Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(507);
    assertThat(reply.error()).isNotEmpty();
  }

  private static void fill(final Path ballast) throws IOException {
    final byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(ballast)) {
      while (true) {
        out.write(block);
      }
    } catch (final IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }

  private static void copy(final Path from, final Path to) throws IOException {
    // What is being written is renamed into place meanwhile; a power cut leaves it out as well.
    try (Stream<Path> files = Files.walk(from).filter(file -> !isTemporary(file))) {
      for (final Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static boolean isTemporary(final Path file) {
    return file.toString().endsWith(".tmp");
  }

  private static boolean canMount(final List<String> wrapper) {
    final List<String> command = Stream.concat(wrapper.stream(), Stream.of("true")).toList();
    try {
      final Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)
          && process.exitValue() == 0;
    } catch (final IOException e) {
      return false;
    } catch (final InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
