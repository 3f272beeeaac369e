// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bridge;

import java.util.List;
import java.util.Optional;

/**
 * Which bridges there are. Without one of the ports there is none.
 *
 * @param host the address that both listen on
 * @param tcpPort the port of the TCP bridge, if there is one; 0 for any free one
 * @param sockJsPort the port of the SockJS bridge, if there is one; 0 for any free one
 * @param origins the web pages that may use the SockJS bridge, such as {@code https://app.example};
 *     a browser names the page, other programs name none and are let in
 * @param token what every client must present, if there is one
 * @param limits what clients may take
 */
public record BridgeOptions(
    String host,
    Optional<Integer> tcpPort,
    Optional<Integer> sockJsPort,
    List<String> origins,
    Optional<String> token,
    BridgeLimits limits) {

  /** No bridge. */
  public static final BridgeOptions NONE =
      new BridgeOptions(
          "127.0.0.1",
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          BridgeLimits.DEFAULT);

  /** Options; the origins are copied. */
  public BridgeOptions {
    origins = List.copyOf(origins);
  }

  /** Whether there is any bridge. */
  public boolean any() {
    return tcpPort.isPresent() || sockJsPort.isPresent();
  }

  /** What these options are, without the token. */
  @Override
  public String toString() {
    return "bridges on " + host + ": tcp " + tcpPort + ", sockjs " + sockJsPort;
  }
}
