// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.http.internal.RpcRequest.Alien;
import io.calimero.node.http.internal.RpcRequest.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The parser of foreign requests, under requests of every kind. */
class RpcParserTest {
  private static final String CONTEXT = new ContextId(Hash.ZERO).toString();
  private static final String BASE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"execute\",\"params\":{\"contextId\":\""
          + CONTEXT
          + "\",\"method\":\"set\",\"argsJson\":{\"key\":\"a \\u0041\",\"n\":[1.0,null,{}]},"
          + "\"executorPublicKey\":\""
          + CONTEXT
          + "\",\"calimeroReceipt\":true}}";
  private static final JsonFactory PLAIN = new JsonFactory();

  private static RpcRequest parse(final String text) {
    return RpcParser.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = 3_000)
  void noBytesMakeItThrow(@ForAll final byte[] body) {
    assertThat(RpcParser.parse(body)).isNotNull();
  }

  @Property(tries = 5_000)
  void noMutilatedRequestMakesItThrow(@ForAll final long seed) {
    final Random random = new Random(seed);
    final byte[] body = BASE.getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i >= 0; i--) {
      body[random.nextInt(body.length)] =
          random.nextBoolean()
              ? (byte) random.nextInt(256)
              : (byte) "{}[]\",:\\0e-.tfn \n".charAt(random.nextInt(16));
    }
    assertThat(RpcParser.parse(body)).isNotNull();
  }

  @Property(tries = 500)
  void noTruncatedRequestIsUnderstood(@ForAll final long seed) {
    final int length = new Random(seed).nextInt(BASE.length());
    assertThat(parse(BASE.substring(0, length))).isInstanceOf(Alien.class);
  }

  /** JSON texts with white space wherever it may be. */
  @Provide
  Arbitrary<String> json() {
    final Arbitrary<String> space = Arbitraries.of("", "", " ", "\n", "\t\r ");
    final Arbitrary<String> scalar =
        Arbitraries.of(
            "0",
            "-1.50",
            "1e400",
            "98765432109876543210",
            "true",
            "false",
            "null",
            "\"\"",
            "\" \\\" \\\\\"",
            "\"\\u00e9é\\n\"",
            "\"\\\\\\\\\"",
            "\"ключ 😀\"");
    return Arbitraries.recursive(
        () -> scalar,
        inner ->
            Combinators.combine(inner.list().ofMaxSize(3), space, space)
                .as(
                    (parts, a, b) ->
                        parts.size() % 2 == 0
                            ? "[" + a + String.join(b + "," + a, parts) + b + "]"
                            : object(parts, a, b)),
        0,
        4);
  }

  private static String object(final List<String> values, final String a, final String b) {
    final List<String> fields = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      fields.add("\"k\\\" " + i + "\"" + a + ":" + b + values.get(i));
    }
    return "{" + b + String.join("," + a, fields) + b + "}";
  }

  @Property(tries = 1_000)
  void argumentsKeepTheirTokensAndLoseTheirSpaces(@ForAll("json") final String arguments)
      throws IOException {
    final RpcRequest request =
        parse(
            "{\"jsonrpc\":\"2.0\",\"method\":\"mutate\",\"params\":{\"argsJson\" : "
                + arguments
                + " ,\"contextId\":\""
                + CONTEXT
                + "\",\"method\":\"m\"},\"id\":7}");
    assertThat(request).isInstanceOf(Call.class);
    final Bytes received = ((Call) request).arguments();
    assertThat(tokens(received.toUtf8())).isEqualTo(tokens(arguments));
    assertThat(outsideOfStrings(received.toUtf8())).doesNotContainPattern("\\s");
  }

  /** The tokens, each as it was written. */
  private static List<String> tokens(final String json) throws IOException {
    final List<String> tokens = new ArrayList<>();
    try (JsonParser parser = PLAIN.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        parser.finishToken();
        tokens.add(
            json.substring(
                (int) parser.currentTokenLocation().getCharOffset(),
                token == JsonToken.FIELD_NAME
                    ? (int) parser.currentTokenLocation().getCharOffset()
                    : (int) parser.currentLocation().getCharOffset()));
        tokens.add(token + " " + parser.currentName());
      }
    }
    return tokens;
  }

  private static String outsideOfStrings(final String json) {
    return json.replaceAll("\"(\\\\.|[^\"\\\\])*\"", "");
  }
}
