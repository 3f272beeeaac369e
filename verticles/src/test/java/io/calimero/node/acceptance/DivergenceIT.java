// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Configuration;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Outcome;
import io.calimero.node.storage.Access;
import io.calimero.node.storage.log.LogCursor;
import io.calimero.node.storage.log.RawFrame;
import io.calimero.node.storage.log.StreamId;
import io.calimero.node.storage.state.StateStore;
import io.calimero.node.storage.state.StateView;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A member whose state is wrong, and a coordinator that signs two histories: each a process. */
@Execution(ExecutionMode.CONCURRENT)
class DivergenceIT {
  private static final Map<String, String> SETTINGS = Map.of("LOG_SEGMENT_SIZE", "1MiB");
  private static final JsonObject NOTHING = new JsonObject();
  private static final String DIVERGED = "a context has diverged";

  @TempDir private Path directory;

  @Test
  void aWrongStateIsFoundAndRepairedAndALyingCoordinatorIsFoundAndIsNot() throws IOException {
    final Path adas = directory.resolve("ada");
    final Path bens = directory.resolve("ben");
    try (NodeProcess first = start(adas);
        NodeClient ada = new NodeClient(first)) {
      final String context = ada.create(ada.install(Modules.own("counter")), "{}");
      try (NodeProcess second = start(bens);
          NodeClient ben = new NodeClient(second)) {
        SharingIT.join(ada, ben, context);
        add(ada, context);
        add(ada, context);
        SharingIT.awaitAgreement(ada, ben, context);
        second.kill();
      }
      forgetLastWrite(bens);
      final Path older = copy(adas, directory.resolve("older"));
      // with the address of the other: who is killed so soon has not noted it
      try (NodeProcess second = start(bens, ada.peerAddress());
          NodeClient ben = new NodeClient(second)) {
        assertThat(count(ben, context)).as("nothing says yet that it is wrong").isEqualTo(1);
        add(ada, context);
        second.awaitOutput(DIVERGED);
        assertStopped(ben, context, "gave another result", 1);
        assertThat(evidence(bens)).hasSize(1);
        final JsonObject repaired = repair(ben, context);
        assertThat(repaired.getBoolean("repaired")).as("%s", repaired).isTrue();
        assertThat(repaired.getString("finding")).contains("nothing differs");
        SharingIT.awaitAgreement(ada, ben, context);
        assertThat(count(ben, context)).isEqualTo(3);
        first.kill();
        lie(older, second, ben, context);
        assertThat(evidence(bens)).as("the first is kept too").hasSize(2);
      }
    }
  }

  /** The coordinator is where it was before: it orders a position anew that others have. */
  private static void lie(
      final Path older, final NodeProcess second, final NodeClient ben, final String context) {
    try (NodeProcess again = start(older, ben.peerAddress());
        NodeClient ada = new NodeClient(again)) {
      add(ada, context);
      second.awaitOutput("two entries for position");
      assertStopped(ben, context, "two entries for position", 3);
      final JsonObject asked = repair(ben, context);
      assertThat(asked.getBoolean("repaired")).as("%s", asked).isFalse();
      assertThat(asked.getString("finding")).contains("the coordinator's log is another one");
      assertStopped(ben, context, "two entries for position", 3);
    }
  }

  private static NodeProcess start(final Path home, final String... others) {
    final Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("P2P_BOOTSTRAP", String.join(", ", others));
    return NodeProcess.startLight(home, settings);
  }

  private static void add(final NodeClient node, final String context) {
    node.execute(context, "add", NOTHING);
  }

  private static long count(final NodeClient node, final String context) {
    return node.call("query", context, "get", NOTHING).getJsonObject("result").getLong("output");
  }

  private static JsonObject repair(final NodeClient node, final String context) {
    return node.post("/admin-api/contexts/" + context + "/repair", "").data();
  }

  /** It says why it is stopped, is read, and takes no writes. */
  private static void assertStopped(
      final NodeClient node, final String context, final String why, final long count) {
    assertThat(node.context(context).getString("calimero_damage"))
        .startsWith("diverged: ")
        .contains(why);
    assertThat(count(node, context)).isEqualTo(count);
    final JsonObject refused = node.refused("execute", context, "add", NOTHING);
    assertThat(refused.getString("type")).isEqualTo("ContextDiverged");
    assertThat(refused.toString()).contains(why);
  }

  private static List<Path> evidence(final Path home) throws IOException {
    try (Stream<Path> files = Files.list(home.resolve("evidence"))) {
      return files.toList();
    }
  }

  /** A snapshot that stands every check, of a state in which the last write was lost. */
  private static void forgetLastWrite(final Path home) {
    final List<Entry.Logged> log = entries(home);
    Configuration configuration = created(log.getFirst().entry());
    StateView view = StateView.empty();
    for (final Entry.Logged entry : log.subList(1, log.size())) {
      configuration = configuration.after(entry.entry(), entry.outcome());
      final List<Outcome> before =
          entry.equals(log.getLast()) ? List.of() : entry.outcome().stream().toList();
      for (final Outcome outcome : before) {
        view = view.apply(outcome.writes());
      }
    }
    assertThat(log.getLast().outcome()).isPresent();
    StateStore.open(home.resolve("state"), Access.READ_WRITE)
        .snapshot(
            configuration.context(),
            log.getLast().entry().position(),
            log.getLast().signed().hash(),
            view,
            Bytes.wrap(Configuration.CODEC.encode(configuration)));
  }

  private static Configuration created(final Entry first) {
    return Configuration.of((ContextCreated) ((Entry.Configured) first.payload()).change().event());
  }

  private static List<Entry.Logged> entries(final Path home) {
    final List<Entry.Logged> entries = new ArrayList<>();
    try (LogCursor cursor = LogCursor.open(home.resolve("log"))) {
      for (List<RawFrame> page = cursor.next(1000); !page.isEmpty(); page = cursor.next(1000)) {
        page.stream()
            .filter(frame -> frame.kind() == RawFrame.Kind.ENTRY)
            .filter(
                frame ->
                    frame.stream().filter(stream -> !stream.equals(StreamId.JOURNAL)).isPresent())
            .map(frame -> cursor.payload(frame).orElseThrow().toByteArray())
            .map(Entry.Logged.CODEC::decode)
            .forEach(entries::add);
      }
    }
    return entries;
  }

  private static Path copy(final Path from, final Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (final Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
    return to;
  }
}
