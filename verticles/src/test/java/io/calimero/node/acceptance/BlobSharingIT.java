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
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Blobs that travel between two nodes, each a process, over loopback. */
@Execution(ExecutionMode.CONCURRENT)
class BlobSharingIT {
  private static final int MIB = 1 << 20;
  private static final int FILES = 6;

  /** What the application of the shelf writes. */
  private static final String CONTENT = "\"for all of us\"";

  private static final String SHELVED = name(CONTENT);

  /** Whoever joins takes a state that is so near already. */
  private static final Map<String, String> SETTINGS =
      Map.of("LOG_SEGMENT_SIZE", "1MiB", "P2P_SNAPSHOT_ENTRIES", "4");

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @TempDir private Path directory;

  /** A blob as its uploader knows it. */
  private record Uploaded(String id, long size, String digest) {}

  @Test
  void blobsOfAContextAreFetchedByItsMembersAndByNobodyElse() throws Exception {
    try (NodeProcess first = NodeProcess.startLight(directory.resolve("first"), SETTINGS);
        NodeClient ada = new NodeClient(first);
        NodeProcess second = NodeProcess.startLight(directory.resolve("second"), SETTINGS);
        NodeClient ben = new NodeClient(second)) {
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
      final String another = ada.create(ada.install(Modules.kvStore()), "{}");
      refused(ben, apart, another, "Context not found");
      SharingIT.join(ada, ben, another);
      SharingIT.awaitAgreement(ada, ben, another);
      refused(ben, apart, another, "none of the 1 peers in reach gives it");

      for (final int mebibytes : new int[] {10, 100}) {
        final Uploaded large = upload(first.uri(), mebibytes, "?context_id=" + context);
        assertThat(fetch(second.uri(), large, context)).isEqualTo(large.digest);
      }
      assertThat(directory.resolve("second/fetching")).isEmptyDirectory();
      // what was fetched for a context is given to its members in turn
      assertThat(ada.delete("/admin-api/blobs/" + small.id).status()).isEqualTo(200);
      assertThat(fetch(first.uri(), small, context)).isEqualTo(small.digest);
      final String shelf = ada.create(ada.install(Modules.own("shelf")), "{}");
      SharingIT.join(ada, ben, shelf);
      announced(ada, ben, shelf);
      heldUp(first, ada, second, ben, shelf);
      assertThat(first.stop().code()).as(first.output()).isZero();
    }
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
  private void heldUp(
      final NodeProcess first,
      final NodeClient ada,
      final NodeProcess second,
      final NodeClient ben,
      final String shelf)
      throws IOException, InterruptedException {
    assertThat(ben.delete("/admin-api/blobs/" + SHELVED).status()).isEqualTo(200);
    second.kill();
    ada.execute(shelf, "copy", new JsonObject());
    assertThat(ada.delete("/admin-api/blobs/" + SHELVED).status()).isEqualTo(200);
    try (NodeProcess again = NodeProcess.startLight(directory.resolve("second"), SETTINGS);
        NodeClient late = new NodeClient(again)) {
      final String status = "/admin-api/contexts/" + shelf + "/sync-status";
      String told = "";
      while (!told.contains(SHELVED + " is not here")) {
        told = late.get(status).body();
      }
      assertThat(late.context(shelf)).isNotEqualTo(ada.context(shelf));
      assertThat(blobs(late)).doesNotContain(SHELVED);
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
      SharingIT.awaitAgreement(ada, late, shelf);
      assertThat(blobs(late)).contains(SHELVED);
      assertThat(again.stop().code()).as(again.output()).isZero();
    }
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
