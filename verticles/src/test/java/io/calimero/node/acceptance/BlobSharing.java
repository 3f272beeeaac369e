// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.BlobDigest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Blobs that travel between two nodes, each a process, over loopback. A part of {@link SharingIT}.
 */
final class BlobSharing {
  private static final int MIB = 1 << 20;
  private static final int FILES = 6;

  /** What the application of the shelf writes. */
  private static final String CONTENT = "\"for all of us\"";

  private static final String SHELVED = name(CONTENT);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final NodeProcess first;
  private final NodeClient ada;
  private final NodeProcess second;
  private final NodeClient ben;

  /** Two nodes that know each other; the second one takes a state that is a few entries ahead. */
  BlobSharing(
      final NodeProcess first,
      final NodeClient ada,
      final NodeProcess second,
      final NodeClient ben) {
    this.first = first;
    this.ada = ada;
    this.second = second;
    this.ben = ben;
  }

  /** A blob as its uploader knows it. */
  private record Uploaded(String id, long size, String digest) {}

  /** Blobs of a context are fetched by its members and by nobody else. */
  void check() throws IOException, InterruptedException {
    final String context = ada.create(ada.install(Modules.sample("files")), "{}");
    write(ada, context);
    final Uploaded apart = upload(first.uri(), 1, "");
    final Uploaded small = upload(first.uri(), 1, "?context_id=" + context);
    SharingIT.join(ada, ben, context);
    SharingIT.awaitAgreement(ada, ben, context);
    readByGuests(ada, ben, context);

    assertThat(head(second.uri(), small)).as("looking is not fetching").isEqualTo(404);
    assertThat(ben.get("/admin-api/blobs/" + small.id).status()).isEqualTo(404);
    assertThat(fetch(second.uri(), small, context)).isEqualTo(small.digest);
    assertThat(head(second.uri(), small)).isEqualTo(200);
    refused(ben, apart, context, "none of the 1 peers in reach gives it");
    final String another = ada.create(ada.install(Modules.own("shelf")), "{}");
    refused(ben, apart, another, "Context not found");
    SharingIT.join(ada, ben, another);
    SharingIT.awaitAgreement(ada, ben, another);
    final Uploaded large = upload(first.uri(), 10, "?context_id=" + context);
    refused(ben, large, another, "none of the 1 peers in reach gives it");
    assertThat(fetch(second.uri(), large, context)).isEqualTo(large.digest);
    final Uploaded largest = upload(first.uri(), 100, "?context_id=" + context);
    assertThat(fetch(second.uri(), largest, context)).isEqualTo(largest.digest);
    // what was fetched for a context is given to its members in turn
    assertThat(ada.delete("/admin-api/blobs/" + small.id).status()).isEqualTo(200);
    assertThat(fetch(first.uri(), small, context)).isEqualTo(small.digest);
    announced(ada, ben, another);
    heldUp(another);
  }

  /** What only its author's node can run others get of it what it announces, and can run that. */
  private static void announced(final NodeClient ada, final NodeClient ben, final String shelf) {
    final JsonObject none = new JsonObject();
    ben.execute(shelf, "put", none);
    SharingIT.awaitAgreement(ada, ben, shelf);
    assertThat(blobs(ada)).doesNotContain(SHELVED);
    assertThat(blobs(ben)).contains(SHELVED);
    ada.execute(shelf, "copy", none);
    assertThat(ada.execute(shelf, "get", none).getString("output")).isEqualTo("for all of us");
    assertThat(blobs(ada)).contains(SHELVED);
    SharingIT.awaitAgreement(ada, ben, shelf);
  }

  /** A call of the log reads what a member does not have, and nobody else any more. */
  private void heldUp(final String shelf) throws IOException, InterruptedException {
    assertThat(ben.delete("/admin-api/blobs/" + SHELVED).status()).isEqualTo(200);
    signal(second, "STOP");
    ada.execute(shelf, "copy", new JsonObject());
    assertThat(ada.delete("/admin-api/blobs/" + SHELVED).status()).isEqualTo(200);
    signal(second, "CONT");
    String told = "";
    while (!told.contains(SHELVED + " is not here")) {
      told = ben.get("/admin-api/contexts/" + shelf + "/sync-status").body();
    }
    assertThat(ben.context(shelf)).isNotEqualTo(ada.context(shelf));
    final HttpResponse<String> stored =
        http.send(
            HttpRequest.newBuilder(
                    first
                        .uri()
                        .resolve("/admin-api/blobs?context_id=" + shelf + "&hash=" + SHELVED))
                .PUT(BodyPublishers.ofString(CONTENT))
                .build(),
            BodyHandlers.ofString());
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);
    SharingIT.awaitAgreement(ada, ben, shelf);
    assertThat(blobs(ben)).contains(SHELVED);
  }

  private static void signal(final NodeProcess node, final String name)
      throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(node.pid())).start().waitFor())
        .isZero();
  }

  private static List<String> blobs(final NodeClient node) {
    return node.get("/admin-api/blobs").data().getJsonArray("blobs").stream()
        .map(each -> ((JsonObject) each).getString("blob_id"))
        .toList();
  }

  private static String name(final String content) {
    final BlobDigest digest = new BlobDigest();
    digest.update(content.getBytes(StandardCharsets.UTF_8));
    return digest.id().toString();
  }

  /** Files, and a checkpoint behind them, so that whoever joins does not run what wrote them. */
  private static void write(final NodeClient ada, final String context) {
    for (int i = 0; i < FILES; i++) {
      ada.execute(context, "put", JsonObject.of("name", "file " + i, "content", "content " + i));
    }
    ada.execute(context, "fill", JsonObject.of("name", "large", "size", 300_007));
    assertThat(ada.post("/admin-api/contexts/" + context + "/checkpoint", "").status())
        .isEqualTo(200);
  }

  private static void readByGuests(
      final NodeClient ada, final NodeClient ben, final String context) {
    assertThat(blobs(ben))
        .as("what was run before the checkpoint")
        .doesNotContain(name("content 0"));
    for (int i = 0; i < FILES; i++) {
      assertThat(
              ben.execute(context, "get", JsonObject.of("name", "file " + i)).getString("output"))
          .isEqualTo("content " + i);
    }
    final JsonObject name = JsonObject.of("name", "large");
    assertThat(ben.execute(context, "checksum", name).getJsonObject("output"))
        .isEqualTo(ada.execute(context, "checksum", name).getJsonObject("output"));
  }

  private static void refused(
      final NodeClient node, final Uploaded blob, final String context, final String why) {
    final NodeClient.Reply reply =
        node.get("/admin-api/blobs/" + blob.id + "?context_id=" + context);
    assertThat(reply.status()).as(reply.body()).isEqualTo(404);
    assertThat(reply.error()).contains(why);
  }

  /** Uploads so many MiB without a declared length, no two of which are the same. */
  private Uploaded upload(final URI node, final int mebibytes, final String query)
      throws IOException, InterruptedException {
    final byte[] part = new byte[MIB];
    new Random(mebibytes).nextBytes(part);
    final BlobDigest name = new BlobDigest();
    final MessageDigest digest = sha256();
    final HttpRequest.BodyPublisher body =
        BodyPublishers.ofByteArrays(
            () ->
                IntStream.range(0, mebibytes)
                    .mapToObj(
                        i -> {
                          final byte[] next = part.clone();
                          ByteBuffer.wrap(next).putInt(i + query.length());
                          name.update(next);
                          digest.update(next);
                          return next;
                        })
                    .iterator());
    final HttpResponse<String> reply =
        http.send(
            HttpRequest.newBuilder(node.resolve("/admin-api/blobs" + query)).PUT(body).build(),
            BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    final JsonObject data = new JsonObject(reply.body()).getJsonObject("data");
    final Uploaded uploaded =
        new Uploaded(
            name.id().toString(),
            (long) mebibytes * MIB,
            HexFormat.of().formatHex(digest.digest()));
    assertThat(data).isEqualTo(JsonObject.of("blob_id", uploaded.id, "size", uploaded.size));
    return uploaded;
  }

  private int head(final URI node, final Uploaded blob) throws IOException, InterruptedException {
    final HttpResponse<Void> reply =
        http.send(
            HttpRequest.newBuilder(node.resolve("/admin-api/blobs/" + blob.id)).HEAD().build(),
            BodyHandlers.discarding());
    if (reply.statusCode() == 200) {
      assertThat(reply.headers().firstValueAsLong("content-length")).hasValue(blob.size);
      assertThat(reply.headers().firstValue("x-blob-id")).contains(blob.id);
      assertThat(reply.headers().firstValue("x-blob-hash")).contains(blob.digest);
    }
    return reply.statusCode();
  }

  /** Reads a blob as it comes, and asks again while it is still being fetched. */
  private String fetch(final URI node, final Uploaded blob, final String context)
      throws IOException, InterruptedException {
    final URI from = node.resolve("/admin-api/blobs/" + blob.id + "?context_id=" + context);
    while (true) {
      final HttpResponse<InputStream> reply =
          http.send(HttpRequest.newBuilder(from).GET().build(), BodyHandlers.ofInputStream());
      try (InputStream body = reply.body()) {
        if (reply.statusCode() != 503) {
          assertThat(reply.statusCode()).isEqualTo(200);
          return digest(body, blob.size);
        }
        assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
            .contains("still being fetched");
      }
    }
  }

  private static String digest(final InputStream body, final long size) throws IOException {
    final MessageDigest digest = sha256();
    final long read =
        new DigestInputStream(body, digest).transferTo(OutputStream.nullOutputStream());
    assertThat(read).isEqualTo(size);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (final NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
