// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.messages.CatchupMessages.Sync;
import java.util.Locale;

/** How far a context is, in the shape that clients know, with our own numbers beside it. */
final class SyncJson {
  private static final int RETRY_SECONDS = 1;

  private SyncJson() {}

  static void write(final JsonText json, final Sync sync) {
    json.raw("{\"contextId\":\"")
        .raw(sync.context().toString())
        .raw("\",\"isInitialized\":")
        .raw(Boolean.toString(sync.initialized()))
        .raw(",\"syncState\":");
    state(json, sync);
    json.raw(",\"failureCount\":").number(sync.failures());
    sync.lastError().ifPresent(error -> json.raw(",\"lastError\":").string(error));
    json.raw(",\"calimero_sync\":{\"phase\":\"")
        .raw(sync.phase().name().toLowerCase(Locale.ROOT))
        .raw("\",\"position\":")
        .number(sync.position())
        .raw(",\"head\":")
        .number(sync.head())
        .raw(",\"done\":")
        .number(sync.done())
        .raw(",\"whole\":")
        .number(sync.whole())
        .raw(",\"perSecond\":")
        .number(sync.perSecond())
        .raw(",\"peer\":");
    sync.peer().ifPresentOrElse(json::string, () -> json.raw("null"));
    json.raw("}}");
  }

  private static void state(final JsonText json, final Sync sync) {
    switch (sync.phase()) {
      case IDLE -> json.raw("{\"state\":\"idle\"}");
      case WAITING -> json.raw("{\"state\":\"waitingForPeers\"}");
      case APPLICATION, TRANSACTIONS -> json.raw("{\"state\":\"syncing\"}");
      case SNAPSHOT ->
          json.raw("{\"state\":\"receivingSnapshot\",\"recordsReceived\":")
              .number(sync.done())
              .raw(",\"percent\":")
              .number(sync.whole() == 0 ? 0 : Math.min(100, 100 * sync.done() / sync.whole()))
              .raw(",\"etaSecs\":")
              .raw(
                  sync.perSecond() == 0
                      ? "null"
                      : Long.toString(Math.max(0, sync.whole() - sync.done()) / sync.perSecond()))
              .raw("}");
      case BACKING_OFF, FORKED ->
          json.raw("{\"state\":\"backingOff\",\"retryInSecs\":").number(RETRY_SECONDS).raw("}");
    }
  }
}
