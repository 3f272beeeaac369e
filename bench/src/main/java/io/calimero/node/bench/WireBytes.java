// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes that TCP has carried so far between nodes of this machine: what the connections at
 * their ports have sent, as {@code ss} of Linux tells it. It is what TCP carried, with everything
 * that encryption and multiplexing add, and without the headers of TCP and IP.
 *
 * @param sent by the connection, as seen from one end, and the process that has this end
 */
record WireBytes(SortedMap<End, Long> sent) {
  private static final Pattern ENDS =
      Pattern.compile("^ESTAB\\s+\\d+\\s+\\d+\\s+(\\S+:(\\d+))\\s+(\\S+:(\\d+))");
  private static final Pattern PROCESS = Pattern.compile("pid=(\\d+)");
  private static final Pattern SENT = Pattern.compile("\\bbytes_sent:(\\d+)");

  /** One end of a connection, and whose it is; -1 where that is not told. */
  record End(String local, String remote, long process) implements Comparable<End> {
    @Override
    public int compareTo(final End other) {
      final int first = local.compareTo(other.local);
      return first != 0 ? first : remote.compareTo(other.remote);
    }
  }

  /** What was carried between two moments. */
  record Use(SortedMap<End, Long> sent) {
    long total() {
      return sent.values().stream().mapToLong(Long::longValue).sum();
    }

    long by(final ProcessHandle process) {
      return sent.entrySet().stream()
          .filter(end -> end.getKey().process == process.pid())
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }

  /** The connections at these ports, if there is an {@code ss} that counts bytes. */
  static Optional<WireBytes> now(final Set<Integer> ports) {
    final Process ss;
    try {
      ss = new ProcessBuilder("ss", "-tinpH").start();
    } catch (final IOException none) {
      return Optional.empty();
    }
    try {
      final String output = new String(ss.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return ss.waitFor() == 0 ? parse(output, ports) : Optional.empty();
    } catch (final IOException broken) {
      return Optional.empty();
    } catch (final InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads what {@code ss -tinpH} prints: a line for each socket, and indented ones about it. */
  static Optional<WireBytes> parse(final String output, final Set<Integer> ports) {
    final SortedMap<End, Long> sent = new TreeMap<>();
    boolean counts = false;
    for (final String socket : sockets(output)) {
      final Matcher ends = ENDS.matcher(socket);
      if (!ends.find()
          || (!ports.contains(Integer.valueOf(ends.group(2)))
              && !ports.contains(Integer.valueOf(ends.group(4))))) {
        continue;
      }
      final OptionalLong bytes = number(SENT, socket);
      counts |= bytes.isPresent();
      sent.put(
          new End(ends.group(1), ends.group(3), number(PROCESS, socket).orElse(-1)),
          bytes.orElse(0));
    }
    return counts ? Optional.of(new WireBytes(sent)) : Optional.empty();
  }

  private static List<String> sockets(final String output) {
    final List<String> sockets = new ArrayList<>();
    for (final String line : output.lines().toList()) {
      if (!line.isEmpty() && Character.isWhitespace(line.charAt(0)) && !sockets.isEmpty()) {
        sockets.set(sockets.size() - 1, sockets.getLast() + " " + line.strip());
      } else {
        sockets.add(line);
      }
    }
    return sockets;
  }

  private static OptionalLong number(final Pattern pattern, final String text) {
    final Matcher found = pattern.matcher(text);
    return found.find() ? OptionalLong.of(Long.parseLong(found.group(1))) : OptionalLong.empty();
  }

  /** What was carried since then; not known if a connection has ended meanwhile. */
  Optional<Use> since(final WireBytes before) {
    if (!sent.keySet().containsAll(before.sent.keySet())) {
      return Optional.empty();
    }
    final SortedMap<End, Long> grown = new TreeMap<>();
    sent.forEach((end, now) -> grown.put(end, now - before.sent.getOrDefault(end, 0L)));
    return Optional.of(new Use(grown));
  }
}
