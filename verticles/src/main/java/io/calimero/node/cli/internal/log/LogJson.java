// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.log;

import io.calimero.node.events.Action;
import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.Entry;
import io.calimero.node.events.JournalEvent;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.WriteSet;
import io.calimero.node.storage.log.RawFrame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.Locale;

/**
 * A frame as one JSON object, for scripts, with everything that it says. Bytes that are text are a
 * string, others an object <code>{"base64": "..."}</code>.
 */
public final class LogJson {
  private LogJson() {}

  /** The object of a frame. */
  public static JsonObject of(final RawFrame frame, final Contents contents) {
    final JsonObject json =
        new JsonObject()
            .put("segment", frame.segment())
            .put("offset", frame.offset())
            .put("kind", frame.kind().name().toLowerCase(Locale.ROOT));
    frame.stream().ifPresent(stream -> json.put("stream", stream.toString()));
    if (frame.position() > 0) {
      json.put("position", frame.position()).put("hash", frame.hash().toString());
    }
    switch (contents) {
      case Contents.OfContext of -> json.put("entry", entry(of.logged()));
      case Contents.OfJournal of -> json.put("event", journal(of.event()));
      case Contents.Mark mark -> json.put("meaning", mark.what());
      case Contents.Broken broken -> json.put("problem", broken.problem());
    }
    return json;
  }

  private static JsonObject entry(final Entry.Logged logged) {
    final Entry entry = logged.entry();
    final JsonObject json =
        new JsonObject()
            .put("prior", entry.prior().toString())
            .put("time", LogLine.instant(entry.timestamp()).toString())
            .put("term", entry.term());
    switch (entry.payload()) {
      case Entry.Executed executed ->
          json.put("transaction", transaction(executed.transaction()))
              .put("outcomeDigest", executed.outcomeDigest().toString());
      case Entry.Configured configured -> {
        json.put("author", configured.change().author().toString())
            .put("change", change(configured.change().event()));
        configured
            .outcomeDigest()
            .ifPresent(digest -> json.put("outcomeDigest", digest.toString()));
      }
    }
    logged.outcome().ifPresent(outcome -> json.put("outcome", outcome(outcome)));
    return json;
  }

  private static JsonObject transaction(final Transaction.Signed signed) {
    final Transaction transaction = signed.transaction();
    final JsonObject json =
        new JsonObject()
            .put("hash", signed.hash().toString())
            .put("executor", transaction.executor().toString())
            .put("method", transaction.method());
    transaction
        .attestation()
        .ifPresentOrElse(
            attestation ->
                json.put(
                    "attested",
                    new JsonObject()
                        .put("position", attestation.position())
                        .put("module", attestation.application().toString())
                        .put("observations", attestation.observations().size())),
            () -> json.put("arguments", bytes(transaction.arguments())));
    transaction.expectedPrior().ifPresent(prior -> json.put("expectedPrior", prior.toString()));
    transaction.origin().ifPresent(origin -> json.put("origin", origin.context().toString()));
    return json;
  }

  private static JsonObject outcome(final Outcome outcome) {
    final JsonArray events = new JsonArray();
    for (final ApplicationEvent event : outcome.events()) {
      events.add(new JsonObject().put("kind", event.kind()).put("data", bytes(event.data())));
    }
    final JsonArray writes = new JsonArray();
    for (final WriteSet.Write write : outcome.writes().writes()) {
      final JsonObject json = new JsonObject().put("key", bytes(write.key()));
      write
          .value()
          .ifPresentOrElse(
              value -> json.put("value", bytes(value)), () -> json.put("removed", true));
      writes.add(json);
    }
    final JsonObject json = new JsonObject();
    outcome.returned().ifPresent(returned -> json.put("returned", bytes(returned)));
    json.put("logs", new JsonArray(outcome.logs()))
        .put("events", events)
        .put("writes", writes)
        .put("gas", outcome.gas());
    if (!outcome.actions().isEmpty()) {
      json.put("actions", new JsonArray(outcome.actions().stream().map(LogJson::action).toList()));
    }
    return json;
  }

  private static JsonObject action(final Action action) {
    final JsonObject json = new JsonObject().put("type", action.getClass().getSimpleName());
    return switch (action) {
      case Action.AddMember a -> json.put("member", a.member().toString());
      case Action.RemoveMember a -> json.put("member", a.member().toString());
      case Action.CreateContext a -> {
        a.alias().ifPresent(alias -> json.put("alias", alias));
        yield json.put("application", a.application().toString())
            .put("initialization", bytes(a.initialization()));
      }
      case Action.RemoveContext a -> json.put("context", a.context().toString());
      case Action.CallContext a ->
          json.put("context", a.context().toString())
              .put("method", a.method())
              .put("arguments", bytes(a.arguments()));
      case Action.SendProposal a ->
          json.put("proposal", a.id().toString()).put("actions", bytes(a.actions()));
      case Action.ApproveProposal a -> json.put("proposal", a.id().toString());
      case Action.StoreBlob a -> json.put("blob", a.blob().toString()).put("size", a.size());
      case Action.AnnounceBlob a -> json.put("blob", a.blob().toString());
      case Action.WitnessMigration a -> json.put("witness", bytes(a.witness()));
    };
  }

  private static JsonObject change(final ConfigurationEvent event) {
    final JsonObject json = new JsonObject().put("type", event.getClass().getSimpleName());
    return switch (event) {
      case ConfigurationEvent.ContextCreated e ->
          json.put("application", e.application().id().toString())
              .put("creator", e.creator().toString())
              .put("schedule", e.limits().schedule())
              .put("gas", e.limits().gas());
      case ConfigurationEvent.ApplicationUpdated e ->
          json.put("application", e.application().id().toString());
      case ConfigurationEvent.MemberAdded e -> json.put("member", e.member().toString());
      case ConfigurationEvent.MemberRemoved e -> json.put("member", e.member().toString());
      case ConfigurationEvent.CapabilityGranted e ->
          json.put("member", e.member().toString()).put("capability", e.capability().toString());
      case ConfigurationEvent.CapabilityRevoked e ->
          json.put("member", e.member().toString()).put("capability", e.capability().toString());
      case ConfigurationEvent.CoordinatorChanged e ->
          json.put("coordinator", e.coordinator().toString());
      case ConfigurationEvent.CheckpointTaken e ->
          json.put("position", e.position()).put("stateRoot", e.stateRoot().toString());
      case ConfigurationEvent.MemberInvited e ->
          json.put("member", e.member().toString())
              .put("inviter", e.invitation().inviter().toString())
              .put("invitation", e.invitation().id().toString());
    };
  }

  private static JsonObject journal(final JournalEvent event) {
    final JsonObject json = new JsonObject().put("type", event.getClass().getSimpleName());
    return switch (event) {
      case JournalEvent.ApplicationInstalled e ->
          json.put("application", e.application().id().toString())
              .put("source", e.application().source());
      case JournalEvent.ApplicationRemoved e -> json.put("application", e.application().toString());
    };
  }

  private static Object bytes(final Bytes bytes) {
    return LogLine.isText(bytes)
        ? bytes.toUtf8()
        : new JsonObject().put("base64", Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }
}
