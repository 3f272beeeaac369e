// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal;

import io.calimero.node.cli.internal.log.Contents;
import io.calimero.node.cli.internal.log.LogJson;
import io.calimero.node.cli.internal.log.LogLine;
import io.calimero.node.storage.log.LogCursor;
import io.calimero.node.storage.log.RawFrame;
import picocli.CommandLine.Option;

/** Which frames of the log are wanted, and in which form. */
final class LogPrinter {
  @Option(
      names = "--context",
      paramLabel = "CONTEXT",
      description = "Only this context, by its identifier or the beginning; or `journal`.")
  private String stream = "";

  @Option(
      names = "--json",
      description = "One JSON object a line, with everything that the frame says.")
  private boolean json;

  /** Whether the frame is wanted. The log's notes to itself are not, unless everything is. */
  boolean wants(final RawFrame frame) {
    if (stream.isEmpty()) {
      return json || !frame.isWhole() || frame.kind() != RawFrame.Kind.NOTE;
    }
    return frame.stream().filter(id -> id.toString().startsWith(stream)).isPresent();
  }

  /** The line of a frame. */
  String line(final LogCursor cursor, final RawFrame frame) {
    final Contents contents = Contents.of(cursor, frame);
    return json ? LogJson.of(frame, contents).encode() : LogLine.of(frame, contents);
  }
}
