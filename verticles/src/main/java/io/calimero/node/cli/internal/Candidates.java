// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.terminal.Failure;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * What completion offers for an argument. Only a prompt offers identifiers, asking its node while
 * it completes; a completion script, which is written once for every node, offers none.
 */
abstract class Candidates implements Iterable<String> {
  private final Supplier<List<String>> source;

  private Candidates(final Supplier<List<String>> source) {
    this.source = source;
  }

  @Override
  public Iterator<String> iterator() {
    try {
      return source.get().iterator();
    } catch (final Failure e) {
      // Completion is a courtesy: a node that does not answer is reported when the line is run.
      return List.<String>of().iterator();
    }
  }

  /** The applications of the prompt's node. */
  static final class Applications extends Candidates {
    Applications(final Supplier<List<String>> source) {
      super(source);
    }
  }

  /** The contexts of the prompt's node. */
  static final class Contexts extends Candidates {
    Contexts(final Supplier<List<String>> source) {
      super(source);
    }
  }
}
