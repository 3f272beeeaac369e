// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import java.util.Optional;

/** The document of an application in JavaScript. */
final class Documents {
  private final CallSession session;

  Documents(final CallSession session) {
    this.session = session;
  }

  /** Keeps the document of the application. */
  void persistDocument(final Slice document) {
    final Bytes content = session.value(document);
    final Bytes key = Reserved.key(Reserved.DOCUMENT);
    if (!session.state().get(key).filter(content::equals).isPresent()) {
      session.store(key, Optional.of(content));
    }
  }

  int readDocument(final long register) {
    final Optional<Bytes> document = session.state().get(Reserved.key(Reserved.DOCUMENT));
    document.ifPresent(content -> session.setRegister(register, content));
    return document.isPresent() ? 1 : 0;
  }

  /** What one who has no delta to send tells: whether something was written. */
  int flush() {
    return session.state().isEmpty() ? 0 : 1;
  }
}
