// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.wasm.AuthorSide;
import io.calimero.node.wasm.AuthorSide.Reply;
import io.calimero.node.wasm.AuthorSide.Request;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Requests to the outside. Only where the context says whom a call may ask, and only in a call that
 * its author vouches for: everybody else would be answered something else. All that is refused is
 * told as the failure of the request.
 */
final class Outside {
  private static final String NOT_HERE =
      "fetch is not available: every member runs the call, and each would fetch something else";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  /** What belongs to the connection, and is not for guests to say. */
  private static final Set<String> RESERVED =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]{0,8192}");

  private final CallSession session;
  private int requests;
  private boolean used;

  Outside(final CallSession session) {
    this.session = session;
  }

  /** Whether anybody was asked. */
  boolean used() {
    return used;
  }

  /** Whether the context allows nobody to be asked. What is passed is not looked at then. */
  boolean isClosed() {
    return session.limits().origins().isEmpty();
  }

  int refuse(final long register) {
    return told(Reply.failed(NOT_HERE), register);
  }

  /** Asks; the answer or the reason why there is none goes into the register. */
  int ask(
      final Slice url,
      final Slice method,
      final Slice headers,
      final Slice body,
      final long register) {
    session.mustMutate();
    session.bound(url, HostLimits.URL, "fetch url overflow");
    session.bound(method, HostLimits.NAME, "fetch method overflow");
    session.bound(headers, HostLimits.REQUEST_HEADERS, "fetch headers overflow");
    session.bound(body, HostLimits.REQUEST_BODY, "fetch body overflow");
    if (++requests > HostLimits.REQUESTS) {
      throw session.refuse("fetches overflow");
    }
    final Request request;
    try {
      request =
          new Request(
              url(session.view().text(url)),
              method(session.view().text(method)),
              headers(session.view().bytes(headers)),
              session.view().bytes(body));
    } catch (final RefusedException e) {
      return told(Reply.failed("fetch: " + e.getMessage()), register);
    }
    final Optional<AuthorSide> author = session.call().surroundings().author();
    if (author.isEmpty()) {
      return refuse(register);
    }
    used = true;
    return told(author.get().ask(request), register);
  }

  private int told(final Reply reply, final long register) {
    session.setRegister(register, reply.body());
    return reply.answered() ? 0 : 1;
  }

  private URI url(final String text) {
    final URI url;
    try {
      url = new URI(text);
    } catch (final URISyntaxException e) {
      throw new RefusedException("not a URL");
    }
    if (url.getScheme() == null || url.getHost() == null || url.getRawUserInfo() != null) {
      throw new RefusedException("not a URL with a scheme and a host alone");
    }
    final String origin =
        (url.getScheme() + "://" + url.getHost()).toLowerCase(Locale.ROOT)
            + (url.getPort() < 0 ? "" : ":" + url.getPort());
    if (!session.limits().mayAsk(origin)) {
      throw new RefusedException("the context does not allow calls to ask " + origin);
    }
    return url;
  }

  private static String method(final String text) {
    if (!METHODS.contains(text)) {
      throw new RefusedException("the method is none of " + METHODS.stream().sorted().toList());
    }
    return text;
  }

  /** A list in borsh of pairs of texts. */
  private static List<Map.Entry<String, String>> headers(final Bytes bytes) {
    final List<Map.Entry<String, String>> headers = new ArrayList<>();
    if (bytes.length() == 0) {
      return headers;
    }
    try {
      final BorshReader in = new BorshReader(bytes.unsafeArray());
      for (long count = Integer.toUnsignedLong(in.u32()); count > 0; count--) {
        headers.add(Map.entry(in.string(), in.string()));
      }
      in.expectEnd();
    } catch (final MalformedException e) {
      throw new RefusedException("the headers are no borsh list of pairs");
    }
    for (final Map.Entry<String, String> header : headers) {
      if (!NAME.matcher(header.getKey()).matches()
          || !VALUE.matcher(header.getValue()).matches()
          || RESERVED.contains(header.getKey().toLowerCase(Locale.ROOT))
          || header.getKey().toLowerCase(Locale.ROOT).startsWith("proxy-")) {
        throw new RefusedException("a header that is not allowed");
      }
    }
    return headers;
  }

  /** A request that is not made. */
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(final String why) {
      super(why, null, false, false);
    }
  }
}
