// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.messages.CatchupMessages.Sync;
import io.calimero.node.events.messages.ContextMessages.Committed;
import io.calimero.node.events.messages.ContextMessages.Created;
import io.calimero.node.events.messages.ContextMessages.Gone;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import io.calimero.node.events.messages.MembershipMessages.Diverged;
import io.calimero.node.events.messages.TransactionMessages.TransactionExpired;
import io.calimero.node.events.messages.TransactionMessages.TransactionPending;
import io.calimero.node.events.messages.TransactionMessages.TransactionRejected;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Notices as services that are not of the JVM get them: as JSON, at an address for each context
 * (docs/topics.md).
 */
final class JsonNotices {
  static final String NODE = "calimero.v1.node.contexts";

  private static final JsonForm<TransactionExecuted> EXECUTED =
      JsonForm.of(TransactionExecuted.class);
  private static final JsonForm<TransactionPending> PENDING = JsonForm.of(TransactionPending.class);
  private static final JsonForm<TransactionRejected> REJECTED =
      JsonForm.of(TransactionRejected.class);
  private static final JsonForm<TransactionExpired> EXPIRED = JsonForm.of(TransactionExpired.class);
  private static final JsonForm<Sync> SYNC = JsonForm.of(Sync.class);
  private static final JsonForm<ApplicationEvent> EVENT = JsonForm.of(ApplicationEvent.class);
  private static final JsonForm<ConfigurationEvent> CHANGE = JsonForm.of(ConfigurationEvent.class);

  private static final Set<String> KINDS =
      Set.of("transactions", "events", "members", "pending", "sync");
  private static final Pattern OF_A_CONTEXT =
      Pattern.compile("calimero\\.v1\\.context\\.[1-9A-HJ-NP-Za-km-z]{32,44}\\.([a-z]+)");

  private JsonNotices() {}

  /**
   * A notice at an address.
   *
   * @param address where
   * @param body makes what, as most are for nobody
   */
  record Notice(String address, Supplier<JsonObject> body) {}

  /** The address of one kind of notices of a context. */
  static String address(final ContextId context, final String kind) {
    if (!KINDS.contains(kind)) {
      throw new IllegalArgumentException("no kind of notices: " + kind);
    }
    return "calimero.v1.context." + context + "." + kind;
  }

  /** Whether notices are published at this address. */
  static boolean isNotice(final String address) {
    final Matcher matcher = OF_A_CONTEXT.matcher(address);
    return address.equals(NODE) || (matcher.matches() && KINDS.contains(matcher.group(1)));
  }

  /** What is said besides when this is published. */
  static List<Notice> of(final Object event) {
    return switch (event) {
      case TransactionExecuted executed -> executed(executed);
      case Committed committed -> members(committed);
      case Sync sync ->
          List.of(new Notice(address(sync.context(), "sync"), () -> (JsonObject) SYNC.write(sync)));
      case Created created ->
          List.of(
              new Notice(
                  NODE,
                  () ->
                      new JsonObject()
                          .put("type", "created")
                          .put("context", created.context().toString())
                          .put("member", created.member().toString())));
      case Gone gone ->
          List.of(
              new Notice(
                  NODE,
                  () ->
                      new JsonObject()
                          .put("type", "gone")
                          .put("context", gone.context().toString())));
      case Diverged diverged ->
          List.of(
              new Notice(
                  NODE,
                  () ->
                      new JsonObject()
                          .put("type", "diverged")
                          .put("context", diverged.context().toString())
                          .put("position", diverged.position())
                          .put("reason", diverged.reason())));
      case TransactionPending pending ->
          List.of(pending(pending.context(), "pending", () -> PENDING.write(pending)));
      case TransactionRejected rejected ->
          List.of(pending(rejected.context(), "rejected", () -> REJECTED.write(rejected)));
      case TransactionExpired expired ->
          List.of(pending(expired.context(), "expired", () -> EXPIRED.write(expired)));
      default -> List.of();
    };
  }

  private static Notice pending(
      final ContextId context, final String type, final Supplier<Object> notice) {
    return new Notice(
        address(context, "pending"),
        () -> new JsonObject().put("type", type).mergeIn((JsonObject) notice.get()));
  }

  private static List<Notice> executed(final TransactionExecuted executed) {
    final List<Notice> notices = new ArrayList<>(1 + executed.events().size());
    notices.add(
        new Notice(
            address(executed.context(), "transactions"),
            () -> (JsonObject) EXECUTED.write(executed)));
    for (int i = 0; i < executed.events().size(); i++) {
      final int index = i;
      notices.add(new Notice(address(executed.context(), "events"), () -> event(executed, index)));
    }
    return notices;
  }

  private static JsonObject event(final TransactionExecuted executed, final int index) {
    return position(executed.context(), executed.position())
        .put("index", index)
        .put("transaction", executed.transaction().toString())
        .mergeIn((JsonObject) EVENT.write(executed.events().get(index)));
  }

  private static List<Notice> members(final Committed committed) {
    final List<Notice> notices = new ArrayList<>();
    for (final Entry.Logged entry : committed.entries()) {
      if (entry.entry().payload() instanceof Entry.Configured configured) {
        notices.add(
            new Notice(
                address(committed.context(), "members"),
                () ->
                    position(committed.context(), entry.entry().position())
                        .put("change", CHANGE.write(configured.change().event()))));
      }
    }
    return notices;
  }

  private static JsonObject position(final ContextId context, final long position) {
    return new JsonObject().put("context", context.toString()).put("position", position);
  }
}
