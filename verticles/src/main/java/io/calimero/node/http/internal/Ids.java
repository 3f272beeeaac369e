// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.ApplicationId;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.PublicKey;
import io.calimero.node.events.codec.MalformedException;
import java.util.function.Function;

/** Identifiers in paths and bodies, refused in the reference's words. */
final class Ids {
  private Ids() {}

  static ContextId context(final String text) {
    return parse(text, ContextId::parse, "Invalid context id");
  }

  static ApplicationId application(final String text) {
    return parse(text, ApplicationId::parse, "Invalid app id");
  }

  static PublicKey identity(final String text) {
    return parse(text, known -> new PublicKey(Hash.parse(known)), "Invalid identity");
  }

  static <T> T parse(final String text, final Function<String, T> parser, final String refusal) {
    try {
      return parser.apply(text);
    } catch (final MalformedException e) {
      throw new MalformedException(refusal);
    }
  }
}
