// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Capability;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.bus.Bus;
import io.calimero.node.events.bus.Topics;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.messages.MembershipMessages.AddMember;
import io.calimero.node.events.messages.MembershipMessages.Alter;
import io.calimero.node.events.messages.MembershipMessages.Alteration;
import io.calimero.node.events.messages.MembershipMessages.Altered;
import io.calimero.node.events.messages.MembershipMessages.GetMembers;
import io.calimero.node.events.messages.MembershipMessages.Grant;
import io.calimero.node.events.messages.MembershipMessages.HandOver;
import io.calimero.node.events.messages.MembershipMessages.InviteOpenly;
import io.calimero.node.events.messages.MembershipMessages.Leave;
import io.calimero.node.events.messages.MembershipMessages.Member;
import io.calimero.node.events.messages.MembershipMessages.RemoveMember;
import io.calimero.node.events.messages.MembershipMessages.Repair;
import io.calimero.node.events.messages.MembershipMessages.Revoke;
import io.calimero.node.events.messages.MembershipMessages.UpdateApplication;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** By which contexts are governed: members, capabilities, application, coordinator. */
final class MembershipRoutes {
  private static final long HOUR_SECONDS = 3600;

  private final Bus bus;

  MembershipRoutes(final Bus bus) {
    this.bus = bus;
  }

  void mount(final Routes routes) {
    routes
        .get("/contexts/:id/members", this::members)
        .postOn("/contexts/:id/members", (path, body) -> change(path, body, AddMember::new))
        .postOn(
            "/contexts/:id/members/remove", (path, body) -> change(path, body, RemoveMember::new))
        .postOn(
            "/contexts/:id/capabilities/grant",
            (path, body) -> capabilities(path, body, Grant::new))
        .postOn(
            "/contexts/:id/capabilities/revoke",
            (path, body) -> capabilities(path, body, Revoke::new))
        .postOn("/contexts/:id/application", this::application)
        .postOn("/contexts/:id/coordinator", this::coordinator)
        .postOn("/contexts/:id/invitations", this::invite)
        .postOn("/contexts/:id/leave", this::leave)
        .postOn("/contexts/:id/repair", (path, _) -> repair(path));
  }

  private Future<JsonText> members(final RoutingContext path) {
    return bus.request(Topics.CONTEXT_MEMBERS, new GetMembers(id(path)))
        .map(
            found ->
                new JsonText()
                    .raw("{\"members\":")
                    .array(found.members(), MembershipRoutes::write)
                    .raw("}"));
  }

  private static void write(final JsonText json, final Member member) {
    json.raw("{\"identity\":\"" + member.identity() + "\",\"capabilities\":")
        .array(member.capabilities(), (out, capability) -> out.raw("\"" + capability.text() + "\""))
        .raw(",\"owned\":" + member.owned())
        .raw(",\"coordinator\":" + member.coordinates() + "}");
  }

  private Future<JsonText> change(
      final RoutingContext path,
      final byte[] body,
      final Function<PublicKey, Alteration> alteration) {
    final Fields fields =
        Fields.parse(body, Set.of("signerId"), Set.of(), Set.of(), Set.of("members"));
    final List<Alteration> wanted =
        fields.rows("members").stream()
            .map(row -> alteration.apply(Ids.identity(only(row, 1).getFirst())))
            .toList();
    return alter(id(path), signer(fields, "signerId"), wanted).map(MembershipRoutes::where);
  }

  /** As the release of 2025 has it: pairs, and nothing in the answer. */
  private Future<JsonText> capabilities(
      final RoutingContext path,
      final byte[] body,
      final BiFunction<PublicKey, Capability, Alteration> alteration) {
    final Fields fields =
        Fields.parse(
            body, Set.of("signer_id", "signerId"), Set.of(), Set.of(), Set.of("capabilities"));
    final List<Alteration> wanted =
        fields.rows("capabilities").stream()
            .map(row -> only(row, 2))
            .map(row -> alteration.apply(Ids.identity(row.get(0)), capability(row.get(1))))
            .toList();
    return alter(id(path), signer(fields, "signer_id").or(() -> signer(fields, "signerId")), wanted)
        .map(_ -> new JsonText().raw("null"));
  }

  private Future<JsonText> application(final RoutingContext path, final byte[] body) {
    final Fields fields =
        Fields.parse(body, Set.of("applicationId", "executorPublicKey"), Set.of());
    final ApplicationId application = Ids.application(fields.text("applicationId"));
    return alter(
            id(path),
            signer(fields, "executorPublicKey"),
            List.of(new UpdateApplication(application)))
        .map(_ -> new JsonText().raw("{}"));
  }

  private Future<JsonText> coordinator(final RoutingContext path, final byte[] body) {
    final Fields fields = Fields.parse(body, Set.of("memberPublicKey", "signerId"), Set.of());
    final PublicKey member = Ids.identity(fields.text("memberPublicKey"));
    return alter(id(path), signer(fields, "signerId"), List.of(new HandOver(member)))
        .map(MembershipRoutes::where);
  }

  private Future<JsonText> invite(final RoutingContext path, final byte[] body) {
    final Fields fields =
        Fields.parse(
            body, Set.of("inviterId"), Set.of(), Set.of("uses", "validForSeconds"), Set.of());
    final long uses = fields.number("uses", 1);
    if (uses < 0 || uses > Integer.MAX_VALUE) {
      throw new MalformedException("`uses` must be a number from 0 on");
    }
    return bus.request(
            Topics.CONTEXT_OPEN,
            new InviteOpenly(
                id(path),
                signer(fields, "inviterId"),
                (int) uses,
                fields.number("validForSeconds", HOUR_SECONDS)))
        .map(invited -> new JsonText().string(invited.invitation()));
  }

  private Future<JsonText> leave(final RoutingContext path, final byte[] body) {
    final Fields fields =
        body.length == 0
            ? Fields.parse("{}".getBytes(StandardCharsets.US_ASCII), Set.of(), Set.of())
            : Fields.parse(
                body, Set.of("memberPublicKey"), Set.of(), Set.of("calimeroKeepLog"), Set.of());
    final ContextId context = id(path);
    return bus.request(
            Topics.CONTEXT_LEAVE,
            new Leave(context, signer(fields, "memberPublicKey"), fields.flag("calimeroKeepLog")))
        .map(
            left ->
                new JsonText()
                    .raw("{\"contextId\":\"" + context)
                    .raw("\",\"memberPublicKey\":\"" + left.members().getFirst())
                    .raw("\",\"calimero_removed\":" + left.removed() + "}"));
  }

  private Future<JsonText> repair(final RoutingContext path) {
    return bus.request(Topics.CONTEXT_REPAIR, new Repair(id(path)))
        .map(
            repaired ->
                new JsonText()
                    .raw("{\"repaired\":" + repaired.repaired())
                    .raw(",\"position\":" + repaired.head().position())
                    .raw(",\"entryHash\":\"" + repaired.head().hash())
                    .raw("\",\"finding\":")
                    .string(repaired.finding())
                    .raw("}"));
  }

  /** One change after the other; those before one that is refused stay. */
  private Future<Altered> alter(
      final ContextId context, final Optional<PublicKey> author, final List<Alteration> wanted) {
    if (wanted.isEmpty()) {
      throw new MalformedException("there is nothing to change");
    }
    Future<Altered> done =
        bus.request(Topics.CONTEXT_ALTER, new Alter(context, author, wanted.getFirst()));
    for (final Alteration next : wanted.subList(1, wanted.size())) {
      done = done.compose(_ -> bus.request(Topics.CONTEXT_ALTER, new Alter(context, author, next)));
    }
    return done;
  }

  private static JsonText where(final Altered altered) {
    final JsonText json =
        new JsonText()
            .raw("{\"position\":" + altered.head().position())
            .raw(",\"entryHash\":\"" + altered.head().hash() + "\"");
    altered.warning().ifPresent(text -> json.raw(",\"calimero_warning\":").string(text));
    return json.raw("}");
  }

  /** In whose name; a client that does not care sends an empty text. */
  private static Optional<PublicKey> signer(final Fields fields, final String name) {
    return fields.optionalText(name).filter(text -> !text.isEmpty()).map(Ids::identity);
  }

  private static List<String> only(final List<String> row, final int size) {
    if (row.size() != size) {
      throw new MalformedException("an element must have " + size + " texts");
    }
    return row;
  }

  private static Capability capability(final String name) {
    return Arrays.stream(Capability.values())
        .filter(capability -> capability.text().equals(name))
        .findFirst()
        .orElseThrow(() -> new MalformedException("there is no capability `" + name + "`"));
  }

  private static ContextId id(final RoutingContext path) {
    return Ids.context(path.pathParam("id"));
  }
}
