// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Head;
import io.calimero.node.events.Samples;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ExecutionMessages.Answer;
import io.calimero.node.events.messages.ExecutionMessages.Submit;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonFormTest {
  private static final JsonForm<Submit> SUBMIT = JsonForm.of(Submit.class);
  private static final JsonForm<ReadLog> READ_LOG = JsonForm.of(ReadLog.class);

  @Test
  void aRequestNeedsNoMoreThanWhatIsNotOptional() {
    final JsonObject json =
        new JsonObject()
            .put("context", Samples.CONTEXT.toString())
            .put("method", "set")
            .put("arguments", new JsonObject().put("key", "a"));
    assertThat(SUBMIT.read(json, ""))
        .isEqualTo(
            new Submit(
                Samples.CONTEXT,
                Optional.empty(),
                "set",
                Bytes.utf8("{\"key\":\"a\"}"),
                Optional.empty()));
  }

  @Test
  void whatIsWrittenIsReadAsTheSame() {
    final JsonForm<LogPart> logs = JsonForm.of(LogPart.class);
    final LogPart part =
        new LogPart(
            List.of(Samples.genesis(), Samples.executed()),
            new Head(2, Samples.executed().signed().hash(), 3));
    assertThat(logs.read(new JsonObject(((JsonObject) logs.write(part)).encode()), ""))
        .isEqualTo(part);
    final JsonForm<Answer> answers = JsonForm.of(Answer.class);
    final Answer answer =
        new Written(
            7, Samples.executed().signed().hash(), Samples.transaction().hash(), Samples.outcome());
    final JsonObject json = (JsonObject) answers.write(answer);
    assertThat(json.getString("type")).isEqualTo("Written");
    assertThat(answers.read(new JsonObject(json.encode()), "")).isEqualTo(answer);
  }

  @Test
  void aNumberThatJavaScriptWouldRoundIsItsText() {
    final JsonForm<Head> heads = JsonForm.of(Head.class);
    final JsonObject json =
        (JsonObject) heads.write(new Head(7, Samples.CONTEXT.hash(), 1_700_000_000_000_000_001L));
    assertThat(json.getValue("position")).isEqualTo(7L);
    assertThat(json.getValue("timestamp")).isEqualTo("1700000000000000001");
    assertThat(heads.read(json, "").timestamp()).isEqualTo(1_700_000_000_000_000_001L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "context | null | context is missing",
        "context | 7 | context must be a base58 identifier",
        "context | \"0OIl\" | context must be a base58 identifier of 32 bytes",
        "from | 1.5 | from must be an integer",
        "from | 1e400 | from must be an integer",
        "from | \"99999999999999999999\" | from must be an integer",
        "from | {} | from must be an integer",
        "maxEntries | 3000000000 | maxEntries must be an integer of no more than 2147483647",
        "more | 1 | there is no field more"
      })
  void aMistakeIsToldWithItsPlace(final String field, final String value, final String message) {
    final JsonObject json =
        new JsonObject(
            "{\"context\":\"" + Samples.CONTEXT + "\",\"from\":1,\"maxEntries\":1,\"maxBytes\":1}");
    json.put(field, new JsonArray("[" + value + "]").getValue(0));
    assertThatThrownBy(() -> READ_LOG.read(json, ""))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whateverIsReadIsReadOrRefused() {
    final JsonForm<LogPart> form = JsonForm.of(LogPart.class);
    final JsonObject good =
        (JsonObject)
            form.write(
                new LogPart(List.of(Samples.executed()), Samples.executed().signed().head()));
    final long seed = new Random().nextLong();
    final Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      final JsonObject bad = new JsonObject(good.encode());
      damage(bad, random);
      try {
        assertThat(form.read(bad, "")).isNotNull();
      } catch (final MalformedException e) {
        assertThat(e).as("seed " + seed).hasMessageMatching("(?s).+");
      }
    }
  }

  private static void damage(final JsonObject object, final Random random) {
    final List<String> fields = object.fieldNames().stream().sorted().toList();
    final String field = fields.get(random.nextInt(fields.size()));
    final Object value = object.getValue(field);
    if (value instanceof JsonObject inner && !inner.isEmpty() && random.nextInt(4) > 0) {
      damage(inner, random);
    } else if (value instanceof JsonArray array
        && !array.isEmpty()
        && array.getValue(0) instanceof JsonObject inner
        && random.nextInt(4) > 0) {
      damage(inner, random);
    } else {
      final Object[] replacements = {
        "", "x", -1, 1L << 60, 0.5, true, new JsonObject(), new JsonArray().addNull(), "AAAA"
      };
      object.put(field, replacements[random.nextInt(replacements.length)]);
    }
  }
}
