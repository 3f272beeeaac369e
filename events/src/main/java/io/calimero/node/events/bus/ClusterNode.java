// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

/**
 * A node of the cluster, as this JVM sees it.
 *
 * @param name its name
 * @param isThere whether it can be asked
 * @param contexts how many contexts it has, as it told the last time
 */
public record ClusterNode(String name, boolean isThere, long contexts) {}
