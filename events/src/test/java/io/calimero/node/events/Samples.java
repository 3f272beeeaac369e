// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.crypto.ContextKeys;
import io.calimero.node.events.crypto.KeyPair;
import java.util.List;
import java.util.Optional;

/** Fixed values of every kind, from fixed keys. */
public final class Samples {
  public static final KeyPair MEMBER = KeyPair.ofSecret(Hash.sha256(new byte[] {1}));
  public static final KeyPair CONTEXT_KEY = ContextKeys.fromSeed(Hash.ZERO);
  public static final ContextId CONTEXT = new ContextId(CONTEXT_KEY.publicKey().hash());
  public static final Bytes UNIQUE = Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]);
  public static final Application APPLICATION =
      new Application(new BlobId(Hash.ZERO), 5, "file:///a.wasm", Bytes.utf8("m"));

  /** As in logs from before there was metering. */
  public static final Limits UNMETERED = Limits.DEFAULT.metered(Limits.UNMETERED, 0);

  private Samples() {}

  public static ContextCreated created() {
    return ContextCreated.prove(CONTEXT_KEY, APPLICATION, MEMBER.publicKey(), UNMETERED);
  }

  public static Entry.Logged genesis() {
    final Entry entry =
        Entry.after(
            CONTEXT,
            Head.NONE,
            1_700_000_000_000_000_000L,
            1,
            new Entry.Configured(
                ConfigurationEvent.Signed.sign(MEMBER, CONTEXT, UNIQUE, created())));
    return new Entry.Logged(Entry.Signed.sign(entry, entry.hash(), MEMBER), Optional.empty());
  }

  public static Transaction.Signed transaction() {
    return new Transaction(
            CONTEXT,
            MEMBER.publicKey(),
            "set",
            Bytes.utf8("{\"key\":\"a\",\"value\":\"b\"}"),
            UNIQUE,
            Optional.of(genesis().signed().hash()))
        .sign(MEMBER);
  }

  public static Outcome outcome() {
    return new Outcome(
        Optional.of(Bytes.utf8("null")),
        List.of("set a"),
        List.of(new ApplicationEvent("Inserted", Bytes.utf8("{}"), Optional.of("on_insert"))),
        new WriteSet(
            List.of(
                new WriteSet.Write(Bytes.utf8("a"), Optional.of(Bytes.utf8("b"))),
                new WriteSet.Write(Bytes.utf8("c"), Optional.empty()))),
        7);
  }

  public static Entry.Logged executed() {
    final Entry entry =
        Entry.after(
            CONTEXT,
            genesis().signed().head(),
            0,
            1,
            new Entry.Executed(transaction(), outcome().digest()));
    return new Entry.Logged(Entry.Signed.sign(entry, entry.hash(), MEMBER), Optional.of(outcome()));
  }
}
