// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context;

/**
 * What became of the envelopes that came, since the start.
 *
 * @param read were read
 * @param unknownKey the key was not here
 * @param endedEpoch of an epoch that had ended
 * @param repeated had come before
 * @param forged were not what their author had sealed
 * @param malformed were no envelopes
 */
public record EnvelopeStatistics(
    long read, long unknownKey, long endedEpoch, long repeated, long forged, long malformed) {}
