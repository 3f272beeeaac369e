// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.Problem.Code;
import io.calimero.node.events.codec.MalformedException;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What HTTP makes of the node's problems. */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  private Problems() {}

  /** The problem behind a failure; a failure that nobody expected is logged and told as one. */
  static Problem problem(final Throwable cause) {
    if (cause instanceof NodeException expected) {
      return expected.problem();
    }
    if (cause instanceof CompletionException && cause.getCause() != null) {
      return problem(cause.getCause());
    }
    LOG.error("a request failed unexpectedly", cause);
    return Problem.of(Code.INTERNAL, "Internal server error");
  }

  /** The status and message that the admin API answers a failure with. */
  static Refusal refusal(final Throwable cause) {
    return switch (cause) {
      case Refusal refusal -> refusal;
      case MalformedException malformed ->
          Refusal.badRequest(String.valueOf(malformed.getMessage()));
      default -> refusal(problem(cause));
    };
  }

  private static Refusal refusal(final Problem problem) {
    return switch (problem.code()) {
      case CONTEXT_NOT_FOUND -> new Refusal(404, "Context not found");
      case INTERNAL -> new Refusal(500, "Internal server error");
      case INVALID_REQUEST, INVALID_MODULE, SOURCE_UNAVAILABLE, INIT_FAILED ->
          new Refusal(400, problem.message());
      case UNAUTHORIZED -> new Refusal(403, problem.message());
      case APPLICATION_NOT_INSTALLED -> new Refusal(404, problem.message());
      case LOG_BEGINS_LATER -> new Refusal(410, problem.message());
      case STATE_UNAVAILABLE -> new Refusal(503, problem.message());
      case CONTEXT_EXISTS, APPLICATION_IN_USE, PRIOR_MISMATCH, STALE ->
          new Refusal(409, problem.message());
      case LOG_FAILED, CONTEXT_DAMAGED, CONTEXT_DIVERGED, HISTORY_FORKED, BLOB_UNAVAILABLE ->
          new Refusal(500, problem.message());
      case BUSY,
          NOT_READY,
          PEER_UNREACHABLE,
          STREAM_ENDED,
          PENDING,
          NOT_COORDINATOR,
          NODE_UNAVAILABLE ->
          new Refusal(503, problem.message());
      case DEADLINE -> new Refusal(400, problem.message());
      case TIMEOUT -> new Refusal(504, problem.message());
      case STORAGE_FULL -> new Refusal(507, problem.message());
    };
  }
}
