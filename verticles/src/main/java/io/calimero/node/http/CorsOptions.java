// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http;

import java.util.List;

/**
 * Which web pages may call the node (the Fetch standard's CORS protocol).
 *
 * @param origins the origins, exactly as browsers send them; empty means any
 * @param privateNetwork whether pages of the public Internet may call a node on a private network
 */
public record CorsOptions(List<String> origins, boolean privateNetwork) {
  /** Any page, as the reference allows and its clients expect. */
  public static final CorsOptions ANY = new CorsOptions(List.of(), true);

  /** Options; the origins are copied. */
  public CorsOptions {
    origins = List.copyOf(origins);
  }
}
