// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.PublicKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/** The modules that tests call, and calls of them. */
final class Guests {
  static final ContextId CONTEXT = new ContextId(hash("a context"));
  static final PublicKey EXECUTOR = new PublicKey(hash("an executor"));
  static final long TIMESTAMP = 1_700_000_000_000_000_000L;

  /** Long enough for any guest that ends, on any machine. */
  static final Duration AMPLE = Duration.ofMinutes(5);

  private Guests() {}

  static Hash hash(final String text) {
    return Hash.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static Bytes bytes(final String name) {
    try (InputStream in = Guests.class.getResourceAsStream("/guests/" + name + ".wasm")) {
      return Bytes.wrap(Objects.requireNonNull(in, name).readAllBytes());
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Call call(final String method, final Bytes input) {
    return new Call(
        CONTEXT,
        EXECUTOR,
        method,
        input,
        TIMESTAMP,
        hash("a seed"),
        Limits.DEFAULT,
        Access.MUTATE,
        AMPLE);
  }

  static Call call(final String method) {
    return call(method, Bytes.EMPTY);
  }

  static Call with(final Call call, final Access access) {
    return new Call(
        call.context(),
        call.executor(),
        call.method(),
        call.input(),
        call.timestamp(),
        call.randomness(),
        call.limits(),
        access,
        call.deadline(),
        call.surroundings());
  }

  static Call with(final Call call, final Limits limits) {
    return new Call(
        call.context(),
        call.executor(),
        call.method(),
        call.input(),
        call.timestamp(),
        call.randomness(),
        limits,
        call.access(),
        call.deadline());
  }

  static Call with(final Call call, final Duration deadline) {
    return new Call(
        call.context(),
        call.executor(),
        call.method(),
        call.input(),
        call.timestamp(),
        call.randomness(),
        call.limits(),
        call.access(),
        deadline);
  }

  static Call with(final Call call, final Surroundings surroundings) {
    return new Call(
        call.context(),
        call.executor(),
        call.method(),
        call.input(),
        call.timestamp(),
        call.randomness(),
        call.limits(),
        call.access(),
        call.deadline(),
        surroundings);
  }

  static Call by(final PublicKey executor, final Call call) {
    return new Call(
        call.context(),
        executor,
        call.method(),
        call.input(),
        call.timestamp(),
        call.randomness(),
        call.limits(),
        call.access(),
        call.deadline());
  }
}
