// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Capability;
import io.calimero.node.events.ConfigurationEvent;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Entry;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.Transaction;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.crypto.KeyPair;
import io.calimero.node.events.crypto.Signature;
import io.calimero.node.events.messages.ContextMessages.LogPart;
import io.calimero.node.events.messages.ContextMessages.ReadLog;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.TransactionExecuted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The log of a context, in memory: entries that are well-formed, signed by nobody. */
public final class LogUnderTest {
  private static final Signature UNSIGNED = KeyPair.ofSecret(Hash.ZERO).sign(Hash.ZERO);

  private final ContextId context;
  private final List<Entry.Logged> entries = new ArrayList<>();

  /** A log with a first entry of configuration. */
  public LogUnderTest(final ContextId context) {
    this.context = context;
    configure();
  }

  /** Appends an entry of configuration. */
  public synchronized void configure() {
    final ConfigurationEvent event =
        new ConfigurationEvent.CapabilityGranted(Samples.MEMBER, Capability.MANAGE_APPLICATION);
    append(
        new Entry.Configured(
            new ConfigurationEvent.Signed(
                context, Samples.MEMBER, Bytes.wrap(new byte[16]), event, UNSIGNED)),
        Optional.empty());
  }

  /** Appends a call that emits these events; what is returned is its notice. */
  public synchronized TransactionExecuted execute(final ApplicationEvent... events) {
    final Transaction call =
        new Transaction(
            context,
            Samples.MEMBER,
            "set",
            Bytes.EMPTY,
            Bytes.wrap(new byte[16]),
            Optional.empty());
    final Outcome outcome =
        new Outcome(Optional.empty(), List.of(), List.of(events), WriteSet.EMPTY, 0);
    final Entry.Signed entry =
        append(
            new Entry.Executed(
                new Transaction.Signed(call, call.hash(), UNSIGNED), outcome.digest()),
            Optional.of(outcome));
    return new TransactionExecuted(
        context,
        entry.entry().position(),
        entry.hash(),
        call.hash(),
        Samples.MEMBER,
        "set",
        root(entry.entry().position()),
        List.of(events));
  }

  /** The state root after the entry at a position. */
  public static Hash root(final long position) {
    return Samples.hash("root " + position);
  }

  /** Answers {@code LOG_READ}. */
  public synchronized LogPart read(final ReadLog request) {
    final int from = (int) Math.min(entries.size(), request.from() - 1);
    final int to = Math.min(entries.size(), from + request.maxEntries());
    return new LogPart(List.copyOf(entries.subList(from, to)), head());
  }

  /** The end. */
  public synchronized Head head() {
    return entries.isEmpty() ? Head.NONE : entries.getLast().signed().head();
  }

  /** Answers {@code CONTEXT_GET}. */
  public Summary summary() {
    return new Summary(
        context,
        new ApplicationId(Hash.ZERO),
        head(),
        List.of(Samples.MEMBER),
        List.of(Samples.MEMBER),
        Samples.MEMBER,
        0,
        1,
        Optional.empty());
  }

  private Entry.Signed append(final Entry.Payload payload, final Optional<Outcome> outcome) {
    final Entry entry = Entry.after(context, head(), 0, 0, payload);
    final Entry.Signed signed = new Entry.Signed(entry, entry.hash(), UNSIGNED);
    entries.add(new Entry.Logged(signed, outcome));
    return signed;
  }
}
