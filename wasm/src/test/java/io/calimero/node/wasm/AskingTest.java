// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Limits;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.wasm.Script.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests of guests to the outside, and what is refused before anybody is asked. */
class AskingTest extends EngineFixture {
  private static final Limits OPEN =
      Limits.DEFAULT.withOrigins(List.of("https://api.example.org", "http://127.0.0.1:8080"));

  private final List<AuthorSide.Request> asked = new ArrayList<>();

  private final AuthorSide author =
      new AuthorSide() {
        @Override
        public Optional<Bytes> privateRow(final Bytes key) {
          return Optional.empty();
        }

        @Override
        public Reply ask(final Request request) {
          asked.add(request);
          return new Reply(true, Bytes.utf8("an answer"));
        }
      };

  @BeforeEach
  void beginAnew() {
    asked.clear();
  }

  private CallResult run(final Script script, final Limits limits, final boolean authored)
      throws Exception {
    return run(Guests.call("run", script.toInput()), script, limits, authored);
  }

  private CallResult run(
      final Call call, final Script script, final Limits limits, final boolean authored)
      throws Exception {
    final Surroundings around =
        new Surroundings(
            Optional.empty(),
            Optional.empty(),
            Blobs.NONE,
            authored ? Optional.of(author) : Optional.empty());
    return scripted(script.shape())
        .call(Guests.with(Guests.with(call, limits), around), StateReader.EMPTY);
  }

  private static Script asking(final String url, final String method, final byte[] headers) {
    final Script script = new Script(AbiGeneration.REF);
    return script.call(
        "fetch",
        script.text(url),
        script.text(method),
        script.bytes(headers),
        script.text("a body"),
        1);
  }

  /**
   * What the register holds: the first number that is returned tells whether there is an answer.
   */
  private static String told(final CallResult result) {
    return completed(result).returned().orElseThrow().toUtf8();
  }

  private static Script returning(final Script script, final int length) {
    final Range room = script.room(length);
    return script.call("read_register", 1, room).call("value_return", 0, room);
  }

  private static byte[] headers(final String... texts) {
    final BorshWriter out = new BorshWriter().u32(texts.length / 2);
    for (final String text : texts) {
      out.string(text);
    }
    return out.toByteArray();
  }

  @Test
  void whoIsAllowedIsAskedAndTheAuthorVouches() throws Exception {
    final Script script =
        returning(
            asking("https://API.example.org/a?b=c", "POST", headers("Accept", "text/plain")), 9);
    final CallResult result = run(script, OPEN, true);
    assertThat(told(result)).isEqualTo("an answer");
    assertThat(((CallResult.Completed) result).authored().used()).isTrue();
    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().url()).hasToString("https://API.example.org/a?b=c");
    assertThat(asked.getFirst().method()).isEqualTo("POST");
    assertThat(asked.getFirst().headers()).containsExactly(Map.entry("Accept", "text/plain"));
    assertThat(asked.getFirst().body()).isEqualTo(Bytes.utf8("a body"));
  }

  @Test
  void withoutItsAuthorACallAsksNobody() throws Exception {
    final Script script = asking("https://api.example.org/", "GET", headers());
    final CallResult result = run(script.returnResults(1), OPEN, false);
    assertThat(completed(result).returned().orElseThrow().unsafeArray()[0]).isEqualTo((byte) 1);
    assertThat(((CallResult.Completed) result).authored().used()).isFalse();
  }

  /** As in every context from before there were origins, to the last unit of gas. */
  @Test
  void whereNobodyIsAllowedNothingThatIsPassedIsLookedAt() throws Exception {
    final Script script =
        new Script(AbiGeneration.REF).raw(Script.operation("fetch"), -1, -1, -1, -1, 1);
    final CallResult result = run(script.returnResults(1), Limits.DEFAULT, true);
    assertThat(completed(result).returned().orElseThrow().unsafeArray()[0]).isEqualTo((byte) 1);
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://other.example.org/, GET",
    "http://api.example.org/, GET",
    "https://api.example.org:444/, GET",
    "http://127.0.0.1/, GET",
    "https://api.example.org@other.example.org/, GET",
    "https://me:secret@api.example.org/, GET",
    "//api.example.org/, GET",
    "file:///etc/passwd, GET",
    "https://api.example.org/, CONNECT",
    "https://api.example.org/, get",
    "no url at all, GET",
  })
  void whatIsNotAllowedIsAFailureThatTheGuestCanHandle(final String url, final String method)
      throws Exception {
    final Script script = asking(url, method, headers());
    final CallResult result = run(script.returnResults(1), OPEN, true);
    assertThat(completed(result).returned().orElseThrow().unsafeArray()[0]).isEqualTo((byte) 1);
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Host, elsewhere",
    "content-length, 7",
    "Proxy-Authorization, x",
    "a b, c",
    "a, b\u0001c"
  })
  void headersOfTheConnectionAreNotForGuests(final String name, final String value)
      throws Exception {
    final Script script = asking("https://api.example.org/", "GET", headers(name, value));
    final CallResult result = run(script.returnResults(1), OPEN, true);
    assertThat(completed(result).returned().orElseThrow().unsafeArray()[0]).isEqualTo((byte) 1);
    assertThat(asked).isEmpty();
  }

  @Test
  void headersThatAreNoneAreRefused() throws Exception {
    for (final byte[] bytes : new byte[][] {{1}, {-1, -1, -1, -1}, {1, 0, 0, 0, 9, 0, 0, 0, 1}}) {
      final Script script = asking("https://api.example.org/", "GET", bytes);
      final CallResult result = run(script.returnResults(1), OPEN, true);
      assertThat(completed(result).returned().orElseThrow().unsafeArray()[0]).isEqualTo((byte) 1);
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void requestsAreCountedAndBounded() throws Exception {
    final Script many = new Script(AbiGeneration.REF);
    final Range url = many.text("https://api.example.org/");
    final Range method = many.text("GET");
    final Range nothing = many.room(0);
    for (int i = 0; i < 9; i++) {
      many.call("fetch", url, method, nothing, nothing, 1);
    }
    assertThat(message(run(many, OPEN, true))).isEqualTo("fetches overflow");
    final Script large = new Script(AbiGeneration.REF);
    assertThat(
            message(
                run(
                    large.call(
                        "fetch",
                        new Range(0, 8_193),
                        large.text("GET"),
                        large.room(0),
                        large.room(0),
                        1),
                    OPEN,
                    true)))
        .isEqualTo("fetch url overflow");
  }

  @Test
  void aQueryAsksNobody() throws Exception {
    final Script script = asking("https://api.example.org/", "GET", headers());
    assertThat(
            run(
                Guests.with(Guests.call("run", script.toInput()), Access.READ_ONLY),
                script,
                OPEN,
                true))
        .isInstanceOf(CallResult.WouldWrite.class);
  }
}
