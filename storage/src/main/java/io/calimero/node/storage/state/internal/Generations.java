// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.state.internal;

import io.calimero.node.storage.internal.Durable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of the files of one context.
 *
 * @param directory where they are
 * @param complete the numbers of the generations that have a manifest, newest first
 * @param strays files that belong to none of these
 * @param highest the highest number that any file has, 0 if there is none
 */
record Generations(Path directory, List<Long> complete, List<Path> strays, long highest) {
  private static final String TABLE = ".mapdb";
  private static final String MANIFEST = ".manifest";
  private static final Pattern NAME =
      Pattern.compile("snapshot-([0-9]{1,18})(\\.mapdb|\\.manifest)(\\.tmp)?");

  static Generations of(final Path directory) throws IOException {
    final List<String> names = Durable.names(directory);
    final TreeSet<Long> complete = new TreeSet<>();
    long highest = 0;
    for (final String name : names) {
      final Matcher matcher = NAME.matcher(name);
      if (matcher.matches()) {
        final long number = Long.parseLong(matcher.group(1));
        highest = Math.max(highest, number);
        if (name.endsWith(MANIFEST)) {
          complete.add(number);
        }
      }
    }
    final List<Path> strays = new ArrayList<>();
    for (final String name : names) {
      final Matcher matcher = NAME.matcher(name);
      if (matcher.matches()
          && (name.endsWith(Durable.UNFINISHED)
              || !complete.contains(Long.parseLong(matcher.group(1))))) {
        strays.add(directory.resolve(name));
      }
    }
    return new Generations(directory, List.copyOf(complete.descendingSet()), strays, highest);
  }

  Path table(final long number) {
    return directory.resolve(name(number) + TABLE);
  }

  Path manifest(final long number) {
    return directory.resolve(name(number) + MANIFEST);
  }

  private static String name(final long number) {
    return String.format(Locale.ROOT, "snapshot-%010d", number);
  }
}
