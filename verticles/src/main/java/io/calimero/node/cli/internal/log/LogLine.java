// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.log;

import io.calimero.node.cli.internal.terminal.Text;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.Entry;
import io.calimero.node.events.JournalEvent;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Transaction;
import io.calimero.node.storage.log.RawFrame;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A frame on one line, for people. */
public final class LogLine {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String NO_TIME = " ".repeat("2026-11-22 14:00:00.000".length());
  private static final int ID_SHOWN = 8;
  private static final int ARGUMENTS_SHOWN = 60;
  private static final long NANOS = 1_000_000_000L;

  private LogLine() {}

  /** Time (UTC), stream, position, and what happened. */
  public static String of(final RawFrame frame, final Contents contents) {
    final String stream = frame.stream().map(id -> cut(id.toString())).orElse("-");
    return String.format(
        Locale.ROOT,
        "%s  %-9s  %6s  %s",
        time(contents),
        stream,
        frame.position() == 0 ? "-" : Long.toString(frame.position()),
        what(frame, contents));
  }

  private static String what(final RawFrame frame, final Contents contents) {
    return switch (contents) {
      case Contents.OfContext of -> entry(of.logged());
      case Contents.OfJournal(JournalEvent.ApplicationInstalled e) ->
          "application installed: " + e.application().id();
      case Contents.OfJournal(JournalEvent.ApplicationRemoved e) ->
          "application removed: " + e.application();
      case Contents.Mark mark -> mark.what();
      case Contents.Broken broken ->
          "DAMAGED: segment "
              + frame.segment()
              + ", offset "
              + frame.offset()
              + ", "
              + frame.length()
              + " bytes: "
              + Text.oneLine(broken.problem());
    };
  }

  private static String entry(final Entry.Logged logged) {
    return switch (logged.entry().payload()) {
      case Entry.Executed executed ->
          call(executed.transaction().transaction())
              + logged.outcome().map(LogLine::outcome).orElse("");
      case Entry.Configured configured ->
          change(configured.change().event())
              + " by "
              + cut(configured.change().author().toString())
              + logged.outcome().map(LogLine::outcome).orElse("");
    };
  }

  private static String call(final Transaction transaction) {
    final String arguments =
        transaction.attestation().isPresent()
            ? "(attested at position " + transaction.attestation().get().position() + ")"
            : Text.oneLine(transaction.arguments().toUtf8());
    return Text.oneLine(transaction.method())
        + " "
        + (arguments.length() > ARGUMENTS_SHOWN
            ? arguments.substring(0, ARGUMENTS_SHOWN) + "…"
            : arguments)
        + " by "
        + cut(transaction.executor().toString());
  }

  private static String outcome(final Outcome outcome) {
    return ": "
        + count(outcome.writes().writes().size(), "write")
        + ", "
        + count(outcome.events().size(), "event")
        + (outcome.actions().isEmpty() ? "" : ", " + count(outcome.actions().size(), "action"));
  }

  private static String change(final ConfigurationEvent event) {
    return switch (event) {
      case ConfigurationEvent.ContextCreated e ->
          "context created with application "
              + cut(e.application().id().toString())
              + (e.limits().schedule() == Limits.UNMETERED ? "" : ", gas " + e.limits().gas());
      case ConfigurationEvent.ApplicationUpdated e ->
          "application updated to " + cut(e.application().id().toString());
      case ConfigurationEvent.MemberAdded e -> "member added: " + e.member();
      case ConfigurationEvent.MemberRemoved e -> "member removed: " + e.member();
      case ConfigurationEvent.CapabilityGranted e ->
          "capability " + e.capability() + " granted to " + e.member();
      case ConfigurationEvent.CapabilityRevoked e ->
          "capability " + e.capability() + " revoked from " + e.member();
      case ConfigurationEvent.CoordinatorChanged e -> "coordinator changed to " + e.coordinator();
      case ConfigurationEvent.CheckpointTaken e ->
          "checkpoint of position " + e.position() + ": state root " + e.stateRoot();
      case ConfigurationEvent.MemberInvited e ->
          "member joined: "
              + e.member()
              + ", invited by "
              + cut(e.invitation().inviter().toString());
    };
  }

  private static String time(final Contents contents) {
    return contents instanceof Contents.OfContext(Entry.Logged logged)
        ? TIME.format(instant(logged.entry().timestamp()))
        : NO_TIME;
  }

  /** The instant of a timestamp in nanoseconds since 1970. */
  static Instant instant(final long nanos) {
    return Instant.ofEpochSecond(nanos / NANOS, nanos % NANOS);
  }

  /** Whether the bytes are text that can be shown as it is. */
  static boolean isText(final Bytes bytes) {
    final String text = bytes.toUtf8();
    return Bytes.utf8(text).equals(bytes) && Text.clean(text).equals(text);
  }

  private static String count(final int number, final String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static String cut(final String id) {
    return id.length() > ID_SHOWN + 1 ? id.substring(0, ID_SHOWN) + "…" : id;
  }
}
