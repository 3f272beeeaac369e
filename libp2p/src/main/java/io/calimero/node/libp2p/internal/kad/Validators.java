// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.kad;

import com.google.protobuf.ByteString;
import io.calimero.node.libp2p.KadParams;
import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.PeerId;
import io.calimero.node.libp2p.PublicKey;
import io.calimero.node.libp2p.RecordValidator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds who judges a value by its key; values that nobody judges are not taken. */
final class Validators {
  private static final Logger LOG = LoggerFactory.getLogger(Validators.class);
  private static final String PUBLIC_KEYS = "pk";

  private final KadParams params;

  Validators(final KadParams params) {
    this.params = params;
  }

  boolean valid(final ByteString key, final ByteString value) {
    if (key.isEmpty() || value.size() > params.maxValueBytes()) {
      return false;
    }
    try {
      return judge(key)
          .filter(judge -> judge.valid(key.toByteArray(), value.toByteArray()))
          .isPresent();
    } catch (final RuntimeException e) {
      LOG.warn("A validator failed, and the value counts as refused", e);
      return false;
    }
  }

  /** Whether {@code candidate} is better than {@code known}; both are valid. */
  boolean better(final ByteString key, final ByteString candidate, final ByteString known) {
    try {
      return judge(key)
          .filter(
              judge ->
                  judge.better(key.toByteArray(), candidate.toByteArray(), known.toByteArray()))
          .isPresent();
    } catch (final RuntimeException e) {
      LOG.warn("A validator failed, and the known value stays", e);
      return false;
    }
  }

  private Optional<RecordValidator> judge(final ByteString key) {
    final Optional<String> namespace = namespace(key);
    if (namespace.isEmpty()) {
      return params.plain();
    }
    return Optional.ofNullable(params.validators().get(namespace.get()))
        .or(
            () ->
                namespace.get().equals(PUBLIC_KEYS)
                    ? Optional.of(Validators::publicKey)
                    : Optional.empty());
  }

  /** What stands between the first two slashes, if the key begins with one. */
  private static Optional<String> namespace(final ByteString key) {
    if (key.isEmpty() || key.byteAt(0) != '/') {
      return Optional.empty();
    }
    for (int i = 1; i < key.size(); i++) {
      if (key.byteAt(i) == '/') {
        return Optional.of(key.substring(1, i).toString(StandardCharsets.ISO_8859_1));
      }
    }
    return Optional.empty();
  }

  /** Under {@code /pk/<peer id>} stands the key of that peer. */
  private static boolean publicKey(final byte[] key, final byte[] value) {
    try {
      final int prefix = PUBLIC_KEYS.length() + 2;
      return PeerId.decode(Arrays.copyOfRange(key, prefix, key.length))
          .matches(PublicKey.decode(value));
    } catch (final MalformedException e) {
      return false;
    }
  }
}
