// SPDX-License-Identifier: Apache-2.0

package io.calimero.node;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What can be said of a node that runs.
 *
 * @param version its version
 * @param jdk the JDK it runs on
 * @param engine how it runs applications, in words
 * @param compiled whether hot code of applications is compiled
 * @param home its home
 * @param http where its clients reach it
 * @param p2pPort the port at which other nodes reach it
 * @param peerId its peer id
 * @param cluster its name in the cluster, if it is in one; empty for a gateway
 * @param bridges where services that are not of the JVM reach it
 * @param startTime how long it took to start
 * @param remarks what its operator should know, such as a torn tail that was cut
 */
public record NodeInfo(
    String version,
    String jdk,
    String engine,
    boolean compiled,
    Path home,
    List<URI> http,
    int p2pPort,
    String peerId,
    Optional<String> cluster,
    List<URI> bridges,
    Duration startTime,
    List<String> remarks) {}
