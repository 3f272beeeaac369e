// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.log.RecoveryReport;
import java.util.List;

/**
 * What recovery hands over to the writer and the readers.
 *
 * @param index the streams
 * @param end where the log goes on
 * @param notes what must be written into the log before anything else
 * @param acknowledgedSequence the last number of the acknowledgements
 * @param report for people
 */
record Recovered(
    LogIndex index,
    BatchWriter.End end,
    List<HoleNote> notes,
    long acknowledgedSequence,
    RecoveryReport report) {}
