// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
  private static HttpRequest.Builder from(final NodeUnderTest node, final String origin) {
    return node.request("/admin-api/is-authed").header("Origin", origin);
  }

  private static HttpRequest.Builder preflight(final NodeUnderTest node, final String origin) {
    return node.request("/jsonrpc")
        .header("Origin", origin)
        .header("Access-Control-Request-Method", "POST")
        .header("Access-Control-Request-Headers", "authorization,content-type,x-own")
        .header("Access-Control-Request-Private-Network", "true")
        .method("OPTIONS", BodyPublishers.noBody());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://app.example.org", "tauri://localhost", "null", "http://[::1]:3000"})
  void anyPageMayCallByDefault(final String origin) {
    try (NodeUnderTest node = new NodeUnderTest()) {
      final HttpResponse<String> response = node.send(from(node, origin).GET());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("access-control-allow-origin")).contains("*");
      assertThat(response.headers().firstValue("access-control-expose-headers"))
          .contains("x-auth-error,x-auth-user,x-auth-permissions");
    }
  }

  @Test
  void aPreflightIsAllowedWhatItAsksFor() {
    try (NodeUnderTest node = new NodeUnderTest()) {
      final HttpResponse<String> response = node.send(preflight(node, "https://app.example.org"));
      assertThat(response.statusCode()).isEqualTo(204);
      assertThat(response.headers().firstValue("access-control-allow-origin")).contains("*");
      assertThat(response.headers().firstValue("access-control-allow-methods"))
          .contains("GET,POST,PUT,DELETE,OPTIONS");
      assertThat(response.headers().firstValue("access-control-allow-headers"))
          .contains("authorization,content-type,x-own");
      assertThat(response.headers().firstValue("access-control-allow-private-network"))
          .contains("true");
    }
  }

  @Test
  void errorsCanBeReadByPagesToo() {
    try (NodeUnderTest node = new NodeUnderTest()) {
      final HttpResponse<String> response =
          node.send(node.request("/nothing").header("Origin", "https://app.example.org").GET());
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.headers().firstValue("access-control-allow-origin")).contains("*");
    }
  }

  @Test
  void onlyTheNamedPagesMayCallWhenSomeAreNamed() {
    final CorsOptions cors = new CorsOptions(List.of("https://app.example.org"), false);
    final HttpOptions options = new HttpOptions(List.of("127.0.0.1"), 0, HttpLimits.DEFAULT, cors);
    try (NodeUnderTest node = new NodeUnderTest(options)) {
      final HttpResponse<String> named = node.send(preflight(node, "https://app.example.org"));
      assertThat(named.statusCode()).isEqualTo(204);
      assertThat(named.headers().firstValue("access-control-allow-origin"))
          .contains("https://app.example.org");
      assertThat(named.headers().firstValue("vary")).contains("origin");
      assertThat(named.headers().firstValue("access-control-allow-private-network")).isEmpty();
      final HttpResponse<String> other = node.send(from(node, "https://evil.example.org").GET());
      assertThat(other.statusCode()).isEqualTo(403);
      assertThat(other.body())
          .isEqualTo("{\"error\":\"pages of this origin must not call this node\"}");
      assertThat(node.get("/admin-api/is-authed").statusCode()).isEqualTo(200);
    }
  }
}
