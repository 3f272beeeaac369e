// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.node;

import io.calimero.node.cli.internal.terminal.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Starts nodes in this process. Tests put another behind it. */
public interface NodeRunner {
  /** The version of the program, for {@code --version}. */
  String version();

  /**
   * Makes a home, or leaves one that is there as it is.
   *
   * @param force write the configuration file anew, whatever is in it
   * @return whether there was none before
   * @throws Failure if the directory cannot be made or written
   */
  boolean initialise(Path home, boolean force);

  /**
   * Starts a node and returns when it answers requests.
   *
   * @throws Failure if the configuration is wrong, or the home or a port is in use
   */
  Running start(Start start);

  /**
   * What the command line says about a start; all else is the configuration's.
   *
   * @param home the home
   * @param httpHost the address to listen on
   * @param httpPort the port of the HTTP API; 0 lets the system choose
   * @param p2pPort the port for other nodes
   * @param more other settings by their names
   */
  record Start(
      Path home,
      Optional<String> httpHost,
      OptionalInt httpPort,
      OptionalInt p2pPort,
      Map<String, String> more) {}

  /** A node that runs in this process. */
  interface Running {
    /** What it is. */
    Description description();

    /** Waits until it has stopped, whoever stopped it. */
    void awaitStop() throws InterruptedException;

    /** Stops it in order, and returns when it has stopped. */
    void stop();
  }

  /**
   * What is said about a node at its start.
   *
   * @param version of the program
   * @param jdk of the Java that runs it
   * @param compiled whether WebAssembly is compiled, not interpreted
   * @param home its home
   * @param http the URLs at which it listens
   * @param url the URL at which this machine reaches it
   * @param p2p the port for other nodes, and the name by which they know this one; empty for a
   *     gateway, which has neither these nor a home
   * @param cluster the name by which the cluster knows this node; empty outside of one
   * @param notes what else people should know, such as repairs made at the start
   */
  record Description(
      String version,
      String jdk,
      boolean compiled,
      Path home,
      List<String> http,
      String url,
      String p2p,
      String cluster,
      List<String> notes) {}
}
