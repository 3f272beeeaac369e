// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What only the node of a call's author has. A call that uses it cannot be run by others. Asked on
 * the thread that runs the guest, as {@link StateReader} is.
 */
@FunctionalInterface
public interface AuthorSide {
  /** A node on which the author has stored nothing. */
  AuthorSide EMPTY = _ -> Optional.empty();

  /**
   * The value that the author's private storage has under the key. An exception thrown here ends
   * the call and reaches its caller as it is.
   */
  Optional<Bytes> privateRow(Bytes key);

  /**
   * Asks outside, and waits for a bounded time. Whether the context allows it has been checked.
   *
   * @return what the guest is told; never throws because of the other side
   */
  default Reply ask(final Request request) {
    return Reply.failed("this node asks nobody");
  }

  /**
   * A request by HTTP.
   *
   * @param url where
   * @param method such as {@code GET}
   * @param headers names and values, in their order
   * @param body what is sent
   */
  record Request(URI url, String method, List<Map.Entry<String, String>> headers, Bytes body) {
    /** A request; the list is copied. */
    public Request {
      headers = List.copyOf(headers);
    }
  }

  /**
   * What came of a request.
   *
   * @param answered whether there was an answer that is no error
   * @param body the answer, or what went wrong as a text
   */
  record Reply(boolean answered, Bytes body) {
    /** No answer. */
    public static Reply failed(final String why) {
      return new Reply(false, Bytes.utf8(why));
    }
  }
}
