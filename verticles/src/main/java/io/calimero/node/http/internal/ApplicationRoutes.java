// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.ApplicationMessages;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Installing, listing and removing applications. */
final class ApplicationRoutes {
  private static final Set<String> METADATA = Set.of("metadata");

  private final Bus bus;

  ApplicationRoutes(final Bus bus) {
    this.bus = bus;
  }

  void mount(final Routes routes) {
    routes
        .post("/install-application", this::installFromUrl)
        .post("/install-dev-application", this::installFromPath)
        .get("/applications", _ -> list())
        .get("/applications/:id", this::get)
        .get("/applications/:id/abi", this::abi)
        .delete("/applications/:id", this::remove);
  }

  private Future<JsonText> installFromUrl(final byte[] body) {
    final Fields fields = Fields.parse(body, Set.of("url", "hash"), METADATA);
    return install(
        fields.text("url"),
        fields.optionalText("hash").map(hash -> Ids.parse(hash, Hash::parse, "Invalid hash")),
        fields.bytes("metadata"));
  }

  private Future<JsonText> installFromPath(final byte[] body) {
    final Fields fields = Fields.parse(body, Set.of("path"), METADATA);
    return install(fileUrl(fields.text("path")), Optional.empty(), fields.bytes("metadata"));
  }

  private Future<JsonText> install(
      final String source, final Optional<Hash> expected, final Bytes metadata) {
    return bus.request(
            Topics.APPLICATION_INSTALL, new ApplicationMessages.Install(source, expected, metadata))
        .map(application -> idOf(application.id()));
  }

  private Future<JsonText> list() {
    return bus.request(Topics.APPLICATION_LIST, new ApplicationMessages.ListAll())
        .map(
            all ->
                new JsonText()
                    .raw("{\"apps\":")
                    .array(all.applications(), ApplicationRoutes::write)
                    .missing(all.missing())
                    .raw("}"));
  }

  private Future<JsonText> get(final RoutingContext context) {
    return bus.request(Topics.APPLICATION_GET, new ApplicationMessages.Get(id(context)))
        .map(
            found -> {
              final JsonText json = new JsonText().raw("{\"application\":");
              found
                  .application()
                  .ifPresentOrElse(application -> write(json, application), () -> json.raw("null"));
              return json.raw("}");
            });
  }

  /** What the application says of itself; null if it says nothing, or no JSON. */
  private Future<JsonText> abi(final RoutingContext context) {
    return bus.request(
            Topics.APPLICATION_ABI,
            new ApplicationMessages.GetAbi(
                id(context), context.queryParam("service_name").stream().findFirst()))
        .map(
            abi ->
                new JsonText()
                    .raw("{\"abi\":")
                    .raw(
                        abi.json()
                            .map(Bytes::toUtf8)
                            .filter(ApplicationRoutes::isObject)
                            .orElse("null"))
                    .raw("}"));
  }

  private static boolean isObject(final String json) {
    try {
      return new JsonObject(json).size() >= 0;
    } catch (final DecodeException e) {
      return false;
    }
  }

  private Future<JsonText> remove(final RoutingContext context) {
    final ApplicationId id = id(context);
    return bus.request(Topics.APPLICATION_REMOVE, new ApplicationMessages.Remove(id))
        .map(_ -> idOf(id));
  }

  private static ApplicationId id(final RoutingContext context) {
    return Ids.application(context.pathParam("id"));
  }

  private static JsonText idOf(final ApplicationId id) {
    return new JsonText().raw("{\"applicationId\":\"" + id + "\"}");
  }

  /** The reference also keeps a compiled form as a blob; here there is none, which is its zero. */
  private static void write(final JsonText json, final Application application) {
    json.raw("{\"id\":\"" + application.id() + "\",\"blob\":{\"bytecode\":\"" + application.blob())
        .raw("\",\"compiled\":\"" + Hash.ZERO + "\"},\"size\":")
        .number(application.size())
        .raw(",\"source\":")
        .string(application.source())
        .raw(",\"metadata\":")
        .numbers(application.metadata().unsafeArray())
        .raw("}");
  }

  /** The URL of a file (RFC 8089), without asking the disk for it. */
  private static String fileUrl(final String path) {
    try {
      final Path absolute = Path.of(path).toAbsolutePath().normalize();
      return new URI("file", "", absolute.toString(), null).toASCIIString();
    } catch (final InvalidPathException | URISyntaxException e) {
      throw new MalformedException("invalid `path`: " + e.getMessage());
    }
  }
}
