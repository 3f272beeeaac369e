// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Problem;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.messages.ApplicationMessages;
import io.calimero.node.events.messages.CatchupMessages.GetSync;
import io.calimero.node.events.messages.CatchupMessages.StartSync;
import io.calimero.node.events.messages.CatchupMessages.Sync;
import io.calimero.node.events.messages.ContextMessages;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.GetState;
import io.calimero.node.events.messages.SnapshotMessages.TakeCheckpoint;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Creating, showing and removing contexts, and their identities. */
final class ContextRoutes {
  /** How many states are asked for at once when contexts are listed. */
  private static final int STATES_AT_ONCE = 32;

  private final Bus bus;

  ContextRoutes(final Bus bus) {
    this.bus = bus;
  }

  void mount(final Routes routes) {
    routes
        .get("/contexts", _ -> list(_ -> true))
        .post("/contexts", this::create)
        .post("/contexts/invite", this::invite)
        .post("/contexts/join", this::join)
        .get("/contexts/for-application/:app", this::listForApplication)
        .get("/contexts/:id", this::get)
        .delete("/contexts/:id", this::remove)
        .get("/contexts/:id/identities", context -> identities(context, Summary::members))
        .get("/contexts/:id/identities-owned", context -> identities(context, Summary::owned))
        .get("/contexts/:id/storage", this::storage)
        .get("/contexts/:id/sync-status", this::syncStatus)
        .postTo("/contexts/:id/checkpoint", this::checkpoint)
        .post("/contexts/sync", _ -> syncAll())
        .postTo("/contexts/sync/:id", this::sync)
        .post("/identity/context", _ -> createIdentity());
  }

  private Future<JsonText> create(final byte[] body) {
    final Fields fields =
        Fields.parse(
            body,
            Set.of("applicationId", "contextSeed", "serviceName", "calimeroNode"),
            Set.of("initializationParams"),
            Set.of("gas"),
            Set.of());
    final ApplicationId application = Ids.application(fields.text("applicationId"));
    final Optional<Hash> seed =
        fields
            .optionalText("contextSeed")
            .map(text -> Ids.parse(text, Hash::parse, "Invalid context seed"));
    final Optional<Long> gas = fields.optionalNumber("gas");
    return fields
        .optionalText("serviceName")
        .map(service -> service(application, service))
        .orElseGet(() -> Future.succeededFuture(application))
        .compose(
            runs ->
                fields
                    .optionalText("calimeroNode")
                    .map(bus::on)
                    .orElse(bus)
                    .request(
                        Topics.CONTEXT_CREATE,
                        new ContextMessages.Create(
                            runs, seed, fields.bytes("initializationParams"), gas)))
        .map(
            created ->
                new JsonText()
                    .raw("{\"contextId\":\"" + created.context())
                    .raw("\",\"memberPublicKey\":\"" + created.member() + "\"}"));
  }

  /** The application that is a service of the bundle that the given one is from. */
  private Future<ApplicationId> service(final ApplicationId application, final String service) {
    return bus.request(Topics.APPLICATION_LIST, new ApplicationMessages.ListAll())
        .map(
            all -> {
              final List<Application> applications = all.applications();
              final String bundle =
                  applications.stream()
                      .filter(each -> each.id().equals(application))
                      .map(each -> each.source().replaceFirst("#.*$", ""))
                      .findFirst()
                      .orElse("");
              return applications.stream()
                  .filter(each -> each.source().equals(bundle + "#" + service))
                  .map(Application::id)
                  .findFirst()
                  .orElseThrow(
                      () ->
                          Problem.of(
                                  Problem.Code.APPLICATION_NOT_INSTALLED,
                                  "The application has no service of that name.",
                                  application.hash())
                              .toException());
            });
  }

  private Future<JsonText> invite(final byte[] body) {
    final Fields fields =
        Fields.parse(body, Set.of("contextId", "inviterId", "inviteeId"), Set.of());
    final ContextMessages.Invite invite =
        new ContextMessages.Invite(
            Ids.context(fields.text("contextId")),
            Ids.identity(fields.text("inviterId")),
            Ids.identity(fields.text("inviteeId")));
    return bus.request(Topics.CONTEXT_INVITE, invite)
        .map(invited -> new JsonText().string(invited.invitation()));
  }

  private Future<JsonText> join(final byte[] body) {
    final Fields fields =
        Fields.parse(body, Set.of("invitationPayload", "memberPublicKey"), Set.of());
    return bus.request(
            Topics.CONTEXT_JOIN,
            new ContextMessages.Join(
                fields.text("invitationPayload"),
                fields.optionalText("memberPublicKey").map(Ids::identity)))
        .map(
            joined ->
                new JsonText()
                    .raw("{\"contextId\":\"" + joined.context())
                    .raw("\",\"memberPublicKey\":\"" + joined.member() + "\"}"));
  }

  private Future<JsonText> listForApplication(final RoutingContext context) {
    final ApplicationId application = Ids.application(context.pathParam("app"));
    return list(summary -> summary.application().equals(application));
  }

  private Future<JsonText> list(final Predicate<Summary> wanted) {
    return bus.request(Topics.CONTEXT_LIST, new ContextMessages.ListAll())
        .compose(
            all ->
                views(all.contexts().stream().filter(wanted).toList())
                    .map(
                        views ->
                            new JsonText()
                                .raw("{\"contexts\":")
                                .array(views, (json, view) -> view.write(json))
                                .missing(all.missing())
                                .raw("}")));
  }

  /**
   * One context. The release of 2024 wrapped it once more, the later ones do not: both are told.
   */
  private Future<JsonText> get(final RoutingContext context) {
    final Future<Optional<Limits>> limits = limits(id(context));
    return summary(context)
        .compose(this::view)
        .compose(view -> limits.map(view::with))
        .map(
            view -> {
              final JsonText json = new JsonText().raw("{");
              view.writeFields(json);
              json.raw(",\"context\":");
              view.write(json);
              return json.raw("}");
            });
  }

  /** A node of an older version in the cluster cannot tell: then the context is shown without. */
  private Future<Optional<Limits>> limits(final ContextId context) {
    return bus.request(Topics.CONTEXT_LIMITS, new ContextMessages.GetLimits(context))
        .map(Optional::of)
        .otherwise(_ -> Optional.empty());
  }

  private Future<JsonText> remove(final RoutingContext context) {
    return bus.request(Topics.CONTEXT_REMOVE, new ContextMessages.Remove(id(context)))
        .map(done -> new JsonText().raw("{\"isDeleted\":" + done.removed() + "}"));
  }

  private Future<JsonText> identities(
      final RoutingContext context, final Function<Summary, List<PublicKey>> which) {
    return summary(context)
        .map(
            summary ->
                new JsonText()
                    .raw("{\"identities\":")
                    .array(which.apply(summary), (json, key) -> json.raw("\"" + key + "\""))
                    .raw("}"));
  }

  private Future<JsonText> storage(final RoutingContext context) {
    return bus.request(Topics.STATE_GET, new GetState(id(context)))
        .map(state -> new JsonText().raw("{\"sizeInBytes\":" + state.sizeInBytes() + "}"));
  }

  private Future<JsonText> syncStatus(final RoutingContext context) {
    return bus.request(Topics.SYNC_STATUS, new GetSync(id(context))).map(ContextRoutes::json);
  }

  /** Tells what will be done about it at once; the clients of the reference read nothing of it. */
  private Future<JsonText> sync(final RoutingContext context) {
    return bus.request(Topics.SYNC_START, new StartSync(id(context))).map(ContextRoutes::json);
  }

  private Future<JsonText> checkpoint(final RoutingContext context) {
    return bus.request(Topics.CHECKPOINT_TAKE, new TakeCheckpoint(id(context)))
        .map(
            made ->
                new JsonText()
                    .raw("{\"position\":")
                    .number(made.head().position())
                    .raw(",\"entryHash\":\"" + made.head().hash())
                    .raw("\",\"stateRoot\":\"" + made.stateRoot() + "\"}"));
  }

  private Future<JsonText> syncAll() {
    return bus.request(Topics.CONTEXT_LIST, new ContextMessages.ListAll())
        .map(
            all -> {
              all.contexts()
                  .forEach(each -> bus.request(Topics.SYNC_START, new StartSync(each.context())));
              return new JsonText().raw("null");
            });
  }

  private static JsonText json(final Sync sync) {
    final JsonText json = new JsonText();
    SyncJson.write(json, sync);
    return json;
  }

  private Future<JsonText> createIdentity() {
    return bus.request(Topics.IDENTITY_CREATE, new ContextMessages.CreateIdentity())
        .map(created -> new JsonText().raw("{\"publicKey\":\"" + created.identity() + "\"}"));
  }

  private Future<Summary> summary(final RoutingContext context) {
    return bus.request(Topics.CONTEXT_GET, new ContextMessages.Get(id(context)));
  }

  private Future<ContextView> view(final Summary summary) {
    return bus.request(Topics.STATE_GET, new GetState(summary.context()))
        .map(state -> ContextView.of(summary, state))
        .otherwise(cause -> ContextView.withoutState(summary, Problems.problem(cause)));
  }

  /** The views in the order of the summaries, a bounded number of states asked for at once. */
  private Future<List<ContextView>> views(final List<Summary> summaries) {
    Future<List<ContextView>> views = Future.succeededFuture(new ArrayList<>(summaries.size()));
    for (int from = 0; from < summaries.size(); from += STATES_AT_ONCE) {
      final List<Summary> part =
          summaries.subList(from, Math.min(from + STATES_AT_ONCE, summaries.size()));
      views =
          views.compose(
              done ->
                  Future.all(part.stream().map(this::view).toList())
                      .map(
                          more -> {
                            done.addAll(more.<ContextView>list());
                            return done;
                          }));
    }
    return views;
  }

  private static ContextId id(final RoutingContext context) {
    return Ids.context(context.pathParam("id"));
  }
}
