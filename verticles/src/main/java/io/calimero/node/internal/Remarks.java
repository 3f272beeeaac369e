// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.calimero.node.storage.log.RecoveryReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a start found that its operator should know, in sentences. */
public final class Remarks {
  private Remarks() {}

  /** The remarks about the opening of the log. */
  public static List<String> of(final Optional<RecoveryReport> recovery) {
    final List<String> remarks = new ArrayList<>();
    recovery.ifPresent(
        report -> {
          report.tornTail().ifPresent(tail -> remarks.add(sentence(tail)));
          report.damage().forEach(damage -> remarks.add("the log is damaged: " + damage));
          remarks.addAll(report.remarks());
        });
    return List.copyOf(remarks);
  }

  private static String sentence(final RecoveryReport.TornTail tail) {
    return "a torn tail was cut off the log: "
        + tail.bytes()
        + " bytes at offset "
        + tail.offset()
        + " of segment "
        + tail.segment()
        + ", put aside in "
        + tail.putAside();
  }
}
