// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.ContextId;
import io.calimero.node.events.Hash;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.MalformedException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The id of an event of {@code /sse}, which a client sends back as {@code Last-Event-ID}: the
 * session, the number of the event, and for sessions with few contexts also where each of them is,
 * so that the node need not remember: {@code session-number[-positions]}.
 *
 * <p>The positions are URL-safe base64 without padding of: format 1 (u8); how many (u8); for each
 * its context (32 bytes) and the position that comes next (u64, little-endian).
 *
 * @param session the session, a decimal number
 * @param number the number of the event; 0 before the first
 * @param positions the position that comes next in each context, if the id says
 */
record LastEvent(long session, long number, Optional<Map<ContextId, Long>> positions) {
  /** For how many contexts an id has positions. */
  static final int CONTEXTS = 8;

  /** The greatest session: the greatest integer that every JSON parser keeps. */
  static final long MAX_SESSION = (1L << 53) - 1;

  private static final int FORMAT = 1;
  private static final int MAX_DIGITS = 18;

  /** The id as it travels. */
  String text() {
    final String plain = session + "-" + number;
    return positions.map(known -> plain + "-" + encode(known)).orElse(plain);
  }

  /** Reads an id; nothing if it is none of ours. */
  static Optional<LastEvent> parse(final String text) {
    final String[] parts = text.split("-", 3);
    if (parts.length < 2 || !isNumber(parts[0]) || !isNumber(parts[1])) {
      return Optional.empty();
    }
    final long session = Long.parseLong(parts[0]);
    if (session > MAX_SESSION) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new LastEvent(
              session,
              Long.parseLong(parts[1]),
              parts.length == 3 ? Optional.of(decode(parts[2])) : Optional.empty()));
    } catch (final IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** A session as it stands in a request; nothing if it is none. */
  static Optional<Long> parseSession(final String text) {
    return isNumber(text) && Long.parseLong(text) <= MAX_SESSION
        ? Optional.of(Long.parseLong(text))
        : Optional.empty();
  }

  private static boolean isNumber(final String text) {
    return !text.isEmpty()
        && text.length() <= MAX_DIGITS
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static String encode(final Map<ContextId, Long> positions) {
    final BorshWriter out = new BorshWriter().u8(FORMAT).u8(positions.size());
    positions.forEach((context, next) -> out.hash(context.hash()).u64(next));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(out.toByteArray());
  }

  private static Map<ContextId, Long> decode(final String text) {
    final BorshReader in = new BorshReader(Base64.getUrlDecoder().decode(text));
    final int format = in.u8();
    final int count = in.u8();
    if (format != FORMAT || count > CONTEXTS) {
      throw new MalformedException("an id of another node");
    }
    final Map<ContextId, Long> positions = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      final Hash context = in.hash();
      positions.put(new ContextId(context), Math.max(1, in.count64()));
    }
    in.expectEnd();
    return positions;
  }
}
