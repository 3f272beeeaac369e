// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.http.Endpoint;
import io.calimero.node.cli.internal.node.RunFile;
import io.calimero.node.cli.internal.terminal.ExitCode;
import io.calimero.node.cli.internal.terminal.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which node is meant: by its address, or by its home. */
final class NodeOption {
  private static final String DEFAULT_URL = "http://127.0.0.1:2528";

  @Option(
      names = "--node",
      paramLabel = "URL",
      description =
          "The node's address.%nDefault: that of the home's node, else " + DEFAULT_URL + ".")
  private Optional<String> node = Optional.empty();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Talk to the node that runs in this home.")
  private Optional<Path> home = Optional.empty();

  /** Where the node is that is meant. */
  Endpoint endpoint(final Workplace workplace) {
    if (node.isPresent()) {
      return at(node.get());
    }
    final Optional<Workplace.Attachment> prompt = workplace.attachment();
    if (prompt.isPresent() && home.isEmpty()) {
      return prompt.get().endpoint();
    }
    final Path directory = workplace.home(home);
    final Optional<RunFile> run =
        RunFile.read(directory).filter(file -> file.alive(workplace.machine().processes()));
    final String start = "Start one: " + HomeText.up(workplace, home);
    if (run.isPresent()) {
      return new Endpoint(
          checked(run.get().http().getFirst()),
          "Its process, " + run.get().pid() + ", runs: it may be stopping.");
    }
    // Whoever names a home means its node: what answers elsewhere is another.
    if (workplace.homeNamed(home)) {
      throw Failure.of(ExitCode.UNREACHABLE, "no node runs in " + directory).hint(start);
    }
    return new Endpoint(DEFAULT_URL, start + "\nOr name the address of another: --node URL");
  }

  /** The home that is meant, unless the node was named by its address. */
  Optional<Path> namedHome(final Workplace workplace) {
    return node.isPresent() ? Optional.empty() : Optional.of(workplace.home(home));
  }

  /** The node at this address. */
  static Endpoint at(final String url) {
    return new Endpoint(checked(url), "Is the address right, and does the node run?");
  }

  private static String checked(final String url) {
    try {
      final URI uri = new URI(url);
      final boolean http =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (!http || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
        throw notAnAddress(url);
      }
      return url.replaceFirst("/+$", "");
    } catch (final URISyntaxException e) {
      throw notAnAddress(url).because(e);
    }
  }

  private static Failure notAnAddress(final String url) {
    return Failure.usage("'" + url + "' is no address of a node")
        .hint("Addresses look like " + DEFAULT_URL + ".");
  }
}
