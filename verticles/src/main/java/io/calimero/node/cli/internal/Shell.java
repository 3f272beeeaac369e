// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import java.util.regex.Pattern;

/** Words for bash and zsh. */
public final class Shell {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+,-]+");

  private Shell() {}

  /** The text as one word that both shells take literally. */
  public static String quote(final String text) {
    if (PLAIN.matcher(text).matches()) {
      return text;
    }
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
