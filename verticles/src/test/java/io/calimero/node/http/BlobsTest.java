// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.BlobMessages.All;
import io.calimero.node.events.messages.BlobMessages.End;
import io.calimero.node.events.messages.BlobMessages.Fetch;
import io.calimero.node.events.messages.BlobMessages.Fetched;
import io.calimero.node.events.messages.BlobMessages.Found;
import io.calimero.node.events.messages.BlobMessages.Keep;
import io.calimero.node.events.messages.BlobMessages.Part;
import io.calimero.node.events.messages.BlobMessages.PartWritten;
import io.calimero.node.events.messages.BlobMessages.Removed;
import io.calimero.node.events.messages.BlobMessages.Stored;
import io.calimero.node.events.messages.BlobMessages.WritePart;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blobs over HTTP. */
class BlobsTest {
  private static final int MIB = 1 << 20;
  private static final BlobId BLOB = new BlobId(Hash.sha256(new byte[] {1}));
  private static final ContextId CONTEXT = new ContextId(Hash.sha256(new byte[] {2}));
  private static final String PATH = "/admin-api/blobs/" + BLOB;
  private static final String OF_CONTEXT = "?context_id=" + CONTEXT;

  private final NodeUnderTest node = new NodeUnderTest();

  @AfterEach
  void close() {
    node.close();
  }

  private static Stored stored(final long size) {
    return new Stored(BLOB, size, Hash.ZERO);
  }

  private void takesUploads() {
    node.answer(Topics.CONTEXT_GET, Samples.SUMMARY);
    node.answer(Topics.BLOB_WRITE, new PartWritten(Optional.empty()));
    node.when(Topics.BLOB_KEEP, keep -> Future.succeededFuture(stored(keep.offset())));
  }

  private HttpResponse<String> put(final String query, final byte[] content) {
    return node.send(
        node.request("/admin-api/blobs" + query).PUT(BodyPublishers.ofByteArray(content)));
  }

  @Test
  void anUploadIsTakenPartByPart() {
    takesUploads();
    final byte[] content = new byte[2 * MIB + 3];
    new Random(1).nextBytes(content);
    final HttpResponse<String> reply = put(OF_CONTEXT, content);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(new JsonObject(reply.body()).getJsonObject("data"))
        .isEqualTo(JsonObject.of("blob_id", BLOB.toString(), "size", content.length));
    long next = 0;
    for (final WritePart part : node.asked(Topics.BLOB_WRITE)) {
      assertThat(part.offset()).isEqualTo(next);
      assertThat(part.end()).isEqualTo(End.MORE);
      assertThat(part.bytes().length()).isLessThan(2 * MIB);
      assertThat(part.bytes())
          .isEqualTo(
              Bytes.wrap(
                  Arrays.copyOfRange(content, (int) next, (int) next + part.bytes().length())));
      next += part.bytes().length();
    }
    assertThat(next).isEqualTo(content.length);
    assertThat(node.asked(Topics.BLOB_KEEP))
        .extracting(Keep::context)
        .containsExactly(Optional.of(CONTEXT));
  }

  @Test
  void anEmptyBlobIsABlobAndTheDigestThatItMustHaveIsPassedOn() {
    takesUploads();
    final HttpResponse<String> reply = put("?hash=" + Hash.ZERO, new byte[0]);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    assertThat(node.asked(Topics.BLOB_WRITE)).hasSize(1);
    assertThat(node.asked(Topics.BLOB_KEEP))
        .extracting(Keep::expected)
        .containsExactly(Optional.of(Hash.ZERO));
    assertThat(node.asked(Topics.CONTEXT_GET)).isEmpty();
  }

  @Test
  void anUploadForAContextThatIsNotHereIsRefusedBeforeItIsRead() {
    takesUploads();
    node.fail(Topics.CONTEXT_GET, Code.CONTEXT_NOT_FOUND, "Context not found");
    final HttpResponse<String> reply = put(OF_CONTEXT, new byte[100]);
    assertThat(reply.statusCode()).isEqualTo(404);
    assertThat(reply.body()).isEqualTo("{\"error\":\"Context not found\"}");
    assertThat(node.asked(Topics.BLOB_WRITE)).isEmpty();
    assertThat(put("?context_id=nonsense", new byte[1]).statusCode()).isEqualTo(400);
    assertThat(put("?hash=nonsense", new byte[1]).statusCode()).isEqualTo(400);
  }

  @Test
  void anUploadThatFailsIsGivenUpAndTheClientToldWhy() throws Exception {
    takesUploads();
    final CountDownLatch abandoned = new CountDownLatch(1);
    node.when(
        Topics.BLOB_WRITE,
        part -> {
          if (part.end() != End.ABANDON) {
            return Future.failedFuture(Problem.of(Code.STORAGE_FULL, "no room").toException());
          }
          abandoned.countDown();
          return Future.succeededFuture(new PartWritten(Optional.empty()));
        });
    final HttpResponse<String> reply = put("", new byte[3 * MIB]);
    assertThat(reply.statusCode()).isEqualTo(507);
    assertThat(reply.body()).contains("no room");
    // The client does not wait for that.
    assertThat(abandoned.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(node.asked(Topics.BLOB_WRITE))
        .extracting(WritePart::end)
        .containsExactly(End.MORE, End.ABANDON);
  }

  @Test
  void anUploadThatIsTooLargeIsRefusedAtItsHead() throws IOException {
    takesUploads();
    try (Socket socket = node.connect()) {
      final OutputStream out = socket.getOutputStream();
      out.write(
          ("PUT /admin-api/blobs HTTP/1.1\r\nHost: x\r\nContent-Length: "
                  + ((512L << 20) + 1)
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 413");
    }
    assertThat(node.asked(Topics.BLOB_KEEP)).isEmpty();
  }

  @Test
  void nothingIsReadWhileAPartIsBeingTakenAndWhoHangsUpIsForgotten() throws Exception {
    takesUploads();
    final Promise<PartWritten> taken = Promise.promise();
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch abandoned = new CountDownLatch(1);
    node.when(
        Topics.BLOB_WRITE,
        part -> {
          if (part.end() == End.ABANDON) {
            abandoned.countDown();
          }
          begun.countDown();
          return taken.future();
        });
    try (Socket socket = node.connect()) {
      final OutputStream out = socket.getOutputStream();
      out.write(
          "PUT /admin-api/blobs HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      out.write(new byte[MIB + 100_000]);
      out.flush();
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(node.asked(Topics.BLOB_WRITE)).hasSizeBetween(1, 2);
    taken.complete(new PartWritten(Optional.empty()));
    assertThat(abandoned.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(node.asked(Topics.BLOB_KEEP)).isEmpty();
  }

  @Test
  void whoHangsUpBeforeItIsReadTakesNoPlaceForEver() throws Exception {
    takesUploads();
    final Promise<Summary> known = Promise.promise();
    node.when(Topics.CONTEXT_GET, _ -> known.future());
    final List<Socket> gone = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      final Socket socket = node.connect();
      gone.add(socket);
      socket
          .getOutputStream()
          .write(
              ("PUT /admin-api/blobs"
                      + OF_CONTEXT
                      + " HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
    }
    HttpResponse<String> reply = put("", new byte[1]);
    while (reply.statusCode() == 200) {
      reply = put("", new byte[1]);
    }
    assertThat(reply.statusCode()).isEqualTo(503);
    for (final Socket socket : gone) {
      socket.close();
    }
    known.complete(Samples.SUMMARY);
    while (reply.statusCode() != 200) {
      reply = put("", new byte[1]);
    }
    assertThat(node.asked(Topics.CONTEXT_GET)).hasSize(32);
  }

  private void has(final byte[] content) {
    node.answer(Topics.BLOB_FIND, new Found(Optional.of(stored(content.length))));
    node.when(
        Topics.BLOB_READ,
        request ->
            Future.succeededFuture(
                new Part(
                    Bytes.wrap(
                        Arrays.copyOfRange(
                            content,
                            (int) request.offset(),
                            (int)
                                Math.min(content.length, request.offset() + request.length()))))));
  }

  @Test
  void aBlobIsReadPartByPart() {
    final String content = "0123456789abcdef".repeat(MIB / 8);
    has(content.getBytes(StandardCharsets.US_ASCII));
    final HttpResponse<String> reply = node.get(PATH);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo(content);
    assertThat(reply.headers().firstValue("content-type")).contains("application/octet-stream");
    assertThat(reply.headers().firstValue("etag")).contains("\"" + BLOB + "\"");
    assertThat(reply.headers().firstValue("x-blob-id")).contains(BLOB.toString());
    assertThat(reply.headers().firstValue("x-blob-hash")).contains("0".repeat(64));
    assertThat(node.asked(Topics.BLOB_READ)).hasSize(2);
    assertThat(node.asked(Topics.BLOB_READ)).allMatch(part -> part.length() == MIB);
  }

  @Test
  void anEmptyBlobIsRead() {
    has(new byte[0]);
    final HttpResponse<String> reply = node.get(PATH);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void theConnectionEndsIfTheRestCannotBeRead() {
    has(new byte[2 * MIB]);
    node.when(
        Topics.BLOB_READ,
        request ->
            request.offset() == 0
                ? Future.succeededFuture(new Part(Bytes.wrap(new byte[MIB])))
                : Future.failedFuture(Problem.of(Code.BLOB_UNAVAILABLE, "damaged").toException()));
    assertThatThrownBy(() -> node.get(PATH)).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void whatIsNotHereIsAskedOfTheMembersOfTheContextThatIsNamed() {
    node.answer(Topics.BLOB_FIND, new Found(Optional.empty()));
    node.when(
        Topics.BLOB_FETCH,
        _ -> {
          has(new byte[] {'a', 'b'});
          return Future.succeededFuture(new Fetched(2));
        });
    assertThat(node.get(PATH).statusCode()).isEqualTo(404);
    assertThat(
            node.send(node.request(PATH + OF_CONTEXT).method("HEAD", BodyPublishers.noBody()))
                .statusCode())
        .isEqualTo(404);
    final HttpResponse<String> reply = node.get(PATH + OF_CONTEXT);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo("ab");
    assertThat(node.asked(Topics.BLOB_FETCH))
        .singleElement()
        .extracting(Fetch::context, Fetch::blob)
        .containsExactly(CONTEXT, BLOB);
  }

  @Test
  void thatNobodyHasItOrThatItStillComesIsTold() {
    node.answer(Topics.BLOB_FIND, new Found(Optional.empty()));
    node.fail(Topics.BLOB_FETCH, Code.BLOB_UNAVAILABLE, "nobody has it");
    HttpResponse<String> reply = node.get(PATH + OF_CONTEXT);
    assertThat(reply.statusCode()).isEqualTo(404);
    assertThat(reply.body()).isEqualTo("{\"error\":\"nobody has it\"}");
    node.fail(Topics.BLOB_FETCH, Code.TIMEOUT, "still being fetched");
    reply = node.get(PATH + OF_CONTEXT);
    assertThat(reply.statusCode()).isEqualTo(503);
    assertThat(reply.headers().firstValue("retry-after")).contains("1");
    assertThat(reply.body()).isEqualTo("{\"error\":\"still being fetched\"}");
    node.fail(Topics.BLOB_FETCH, Code.CONTEXT_NOT_FOUND, "no such");
    assertThat(node.get(PATH + OF_CONTEXT).statusCode()).isEqualTo(404);
    assertThat(node.get("/admin-api/blobs/nonsense").statusCode()).isEqualTo(400);
  }

  @Test
  void blobsAreListedAndDeleted() {
    node.answer(Topics.BLOB_LIST, new All(List.of(stored(7))));
    assertThat(node.get("/admin-api/blobs").body())
        .isEqualTo("{\"data\":{\"blobs\":[{\"blob_id\":\"" + BLOB + "\",\"size\":7}]}}");
    node.answer(Topics.BLOB_REMOVE, new Removed(true));
    assertThat(node.delete(PATH).body())
        .isEqualTo("{\"blob_id\":\"" + BLOB + "\",\"deleted\":true}");
    node.answer(Topics.BLOB_REMOVE, new Removed(false));
    assertThat(node.delete(PATH).statusCode()).isEqualTo(404);
  }
}
