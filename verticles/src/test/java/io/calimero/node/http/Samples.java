// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import io.calimero.node.events.Application;
import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Outcome;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.WriteSet;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.Read;
import io.calimero.node.events.messages.ExecutionMessages.State;
import io.calimero.node.events.messages.ExecutionMessages.Written;
import java.util.List;
import java.util.Optional;

/** Values that tests send and expect. */
final class Samples {
  static final ContextId CONTEXT = new ContextId(hash("context"));
  static final ContextId OTHER_CONTEXT = new ContextId(hash("another context"));
  static final PublicKey MEMBER = new PublicKey(hash("member"));
  static final PublicKey STRANGER = new PublicKey(hash("stranger"));
  static final Hash ENTRY = hash("entry");
  static final Hash TRANSACTION = hash("transaction");
  static final Hash ROOT = hash("root");
  static final Head HEAD = new Head(7, ENTRY, 1_700_000_000_000_000_000L);

  static final Application APPLICATION =
      new Application(
          new BlobId(hash("blob")), 1234, "file:///apps/kv%20store.wasm", Bytes.utf8("a\u00ffb"));

  static final Summary SUMMARY =
      new Summary(
          CONTEXT,
          APPLICATION.id(),
          HEAD,
          List.of(MEMBER, STRANGER),
          List.of(MEMBER),
          MEMBER,
          0,
          1,
          Optional.empty());

  static final State STATE = new State(HEAD, ROOT, 3, 4096);

  private Samples() {}

  static Hash hash(final String name) {
    return Hash.sha256(Bytes.utf8(name).toByteArray());
  }

  static Outcome returning(final String json) {
    return new Outcome(
        Optional.of(Bytes.utf8(json)), List.of(), List.<ApplicationEvent>of(), WriteSet.EMPTY, 0);
  }

  static Read read(final String json) {
    return new Read(7, returning(json));
  }

  static Written written(final String json) {
    return new Written(8, ENTRY, TRANSACTION, returning(json));
  }
}
