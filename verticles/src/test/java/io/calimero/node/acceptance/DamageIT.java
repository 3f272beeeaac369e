// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.storage.log.LogVerifier;
import io.calimero.node.storage.log.Problem;
import io.calimero.node.storage.log.RawFrame;
import io.calimero.node.storage.log.VerifyReport;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Bytes of the log that are not what was written: said, never passed over. */
@Execution(ExecutionMode.CONCURRENT)
class DamageIT {
  private static final Map<String, String> SETTINGS = Map.of("LOG_SEGMENT_SIZE", "1MiB");
  private static final JsonObject NOTHING = new JsonObject();
  private static final int CONTEXTS = 4;
  private static final int WRITES = 10;

  /** The exit code of a check that found damage. */
  private static final int DAMAGED = 5;

  /** The creation, and the run of {@code init}. */
  private static final int BEFORE_WRITES = 2;

  // docs/formats.md, Transaction log
  private static final int FRAME_HEADER = 144;
  private static final int FRAME_TRAILER = 56;

  @TempDir private Path directory;
  private Path home;
  private final List<String> contexts = new ArrayList<>();

  @BeforeEach
  void makeContexts() {
    home = directory.resolve("home");
    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS);
        NodeClient client = new NodeClient(node)) {
      final String application = client.install(Modules.kvStore());
      for (int i = 0; i < CONTEXTS; i++) {
        contexts.add(client.create(application, "{}"));
      }
      for (int i = 0; i < WRITES; i++) {
        for (final String context : contexts) {
          set(client, context, i);
        }
      }
      assertThat(node.stop().code()).isZero();
    }
  }

  @Test
  void aFlippedByteStopsItsContextAndNoOther() throws IOException {
    final long position = 7;
    final RawFrame payload = frame(contexts.get(0), position);
    final RawFrame header = frame(contexts.get(1), position);
    final RawFrame trailer = frame(contexts.get(2), position);
    flip(payload, FRAME_HEADER + payload.length() / 2);
    flip(header, FRAME_HEADER / 2);
    flip(trailer, FRAME_HEADER + padded(trailer.length()) + FRAME_TRAILER / 2);

    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS);
        NodeClient client = new NodeClient(node)) {
      for (final RawFrame damaged : List.of(payload, header, trailer)) {
        final String context = damaged.stream().orElseThrow().toString();
        node.awaitOutput(
            "stream "
                + context
                + " is damaged at position "
                + position
                + " (segment "
                + damaged.segment()
                + ", offset "
                + damaged.offset()
                + ")");
        assertStopped(client, context, Math.toIntExact(position) - 1);
      }
      assertWorks(client, contexts.get(3));
      assertThat(client.contexts()).containsExactlyInAnyOrderElementsOf(contexts);
    }

    final VerifyReport report = LogVerifier.verify(home.resolve("log"), LogVerifier.Progress.NONE);
    assertThat(report.isClean()).isFalse();
    assertThat(report.problems())
        .extracting(Problem::offset)
        .containsExactlyInAnyOrder(payload.offset(), header.offset(), trailer.offset());
    final NodeProcess.Ended verified =
        NodeProcess.run(Map.of(), "log", "verify", "--home", home.toString());
    assertThat(verified.code()).as(verified.output()).isEqualTo(DAMAGED);
  }

  @Test
  void aRepairedContextGoesOnFromTheEntryBeforeItsDamage() throws IOException {
    final RawFrame damaged = frame(contexts.get(0), 7);
    final String context = contexts.get(0);
    flip(damaged, FRAME_HEADER + damaged.length() / 2);

    final NodeProcess.Ended told = repair();
    assertThat(told.code()).as(told.output()).isEqualTo(DAMAGED);
    assertThat(told.output()).contains(context).contains("position 7").contains("--give-up");
    assertThat(repair().code()).as("nothing was changed").isEqualTo(DAMAGED);

    final NodeProcess.Ended done = repair("--give-up", "--context", context.substring(0, 12));
    assertThat(done.code()).as(done.output()).isZero();
    assertThat(done.output()).contains(context + ": goes on from position 6");
    assertThat(repair().code()).as("nothing is left to repair").isZero();

    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS);
        NodeClient client = new NodeClient(node)) {
      assertThat(entries(client, context)).hasSize(6 - BEFORE_WRITES);
      set(client, context, WRITES - 1);
      assertThat(client.context(context).getInteger("position")).isEqualTo(7);
      assertThat(client.context(context).containsKey("calimero_damage")).isFalse();
      assertWorks(client, contexts.get(3));
      assertThat(node.stop().code()).isZero();
    }
    assertThat(NodeProcess.run(Map.of(), "log", "verify", "--home", home.toString()).code())
        .isZero();
  }

  private NodeProcess.Ended repair(final String... options) {
    final List<String> words = new ArrayList<>(List.of("log", "repair", "--home", home.toString()));
    words.addAll(List.of(options));
    return NodeProcess.run(Map.of(), words.toArray(String[]::new));
  }

  @Test
  void aHalfWrittenFrameIsCutOffAndNothingElse() throws IOException {
    final RawFrame last = LogAudit.frames(home).getLast();
    final byte[] half = Arrays.copyOf(bytes(last), Math.toIntExact(size(last) / 2));
    write(last, size(last), half);
    assertTornTailIsCut(last, half.length);

    final RawFrame lastNow = LogAudit.frames(home).getLast();
    final byte[] garbage = new byte[4321];
    Arrays.fill(garbage, (byte) 'x');
    write(lastNow, size(lastNow), garbage);
    assertTornTailIsCut(lastNow, garbage.length);
  }

  @Test
  void theLossOfAnAcknowledgedEndIsSaidAndNotTakenForATornTail() throws IOException {
    final RawFrame last = LogAudit.frames(home).getLast();
    final String context = last.stream().orElseThrow().toString();
    try (RandomAccessFile file = new RandomAccessFile(segment(last).toFile(), "rw")) {
      file.setLength(last.offset() + size(last) - 10);
    }

    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS);
        NodeClient client = new NodeClient(node)) {
      node.awaitOutput(
          "stream "
              + context
              + " is damaged at position "
              + last.position()
              + " (segment "
              + last.segment()
              + ", offset "
              + last.offset()
              + ")");
      assertThat(node.output()).doesNotContain("torn tail");
      assertStopped(client, context, Math.toIntExact(last.position()) - 1);
      for (final String other : contexts) {
        if (!other.equals(context)) {
          assertWorks(client, other);
        }
      }
    }
  }

  private void assertTornTailIsCut(final RawFrame last, final long bytes) {
    try (NodeProcess node = NodeProcess.startLight(home, SETTINGS);
        NodeClient client = new NodeClient(node)) {
      node.awaitOutput(
          "a torn tail was cut off the log: "
              + bytes
              + " bytes at offset "
              + (last.offset() + size(last))
              + " of segment "
              + last.segment());
      contexts.forEach(context -> assertWorks(client, context));
      final VerifyReport report =
          LogVerifier.verify(home.resolve("log"), LogVerifier.Progress.NONE);
      assertThat(report.problems()).as("after cutting %d bytes", bytes).isEmpty();
      assertThat(node.stop().code()).isZero();
    }
  }

  private static void assertWorks(final NodeClient client, final String context) {
    assertThat(entries(client, context)).hasSize(WRITES);
    set(client, context, 0);
    assertThat(client.context(context).containsKey("calimero_damage")).isFalse();
  }

  private static void assertStopped(
      final NodeClient client, final String context, final int lastGood) {
    final JsonObject error =
        client.refused("execute", context, "set", JsonObject.of("key", "k", "value", "v"));
    assertThat(error.getString("type")).isEqualTo("ContextDamaged");
    assertThat(error.getString("data")).contains("refuses writes").contains("segment 1");

    assertThat(entries(client, context)).hasSize(lastGood - BEFORE_WRITES);
    final JsonObject shown = client.context(context);
    assertThat(shown.getInteger("position")).isEqualTo(lastGood);
    assertThat(shown.getString("rootHash")).isNotNull();
    assertThat(shown.getString("calimero_damage")).contains("segment 1");
  }

  private static JsonObject entries(final NodeClient client, final String context) {
    return client
        .call("query", context, "entries", NOTHING)
        .getJsonObject("result")
        .getJsonObject("output");
  }

  private static void set(final NodeClient client, final String context, final int i) {
    client.execute(context, "set", JsonObject.of("key", "key" + i, "value", "value" + i));
  }

  private RawFrame frame(final String context, final long position) {
    return LogAudit.frames(home).stream()
        .filter(frame -> frame.position() == position)
        .filter(frame -> frame.stream().map(Object::toString).filter(context::equals).isPresent())
        .findFirst()
        .orElseThrow();
  }

  private static long padded(final long length) {
    return (length + 7) / 8 * 8;
  }

  private static long size(final RawFrame frame) {
    return FRAME_HEADER + padded(frame.length()) + FRAME_TRAILER;
  }

  private Path segment(final RawFrame frame) {
    return home.resolve("log")
        .resolve(String.format(Locale.ROOT, "segment-%010d.log", frame.segment()));
  }

  private byte[] bytes(final RawFrame frame) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(segment(frame).toFile(), "r")) {
      final byte[] bytes = new byte[Math.toIntExact(size(frame))];
      file.seek(frame.offset());
      file.readFully(bytes);
      return bytes;
    }
  }

  private void flip(final RawFrame frame, final long at) throws IOException {
    final byte[] bytes = bytes(frame);
    write(frame, at, new byte[] {(byte) (bytes[Math.toIntExact(at)] ^ 0x10)});
  }

  private void write(final RawFrame frame, final long at, final byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(segment(frame).toFile(), "rw")) {
      file.seek(frame.offset() + at);
      file.write(bytes);
    }
  }
}
