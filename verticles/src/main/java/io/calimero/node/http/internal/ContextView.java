// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.http.internal;

import io.calimero.node.events.Hash;
import io.calimero.node.events.Head;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Problem;
import io.calimero.node.events.messages.ContextMessages.Summary;
import io.calimero.node.events.messages.ExecutionMessages.State;
import java.util.Optional;

/**
 * A context as clients see it. Position, entry hash and state root belong together: they are those
 * of one and the same state.
 *
 * @param summary the context
 * @param head the position that is shown
 * @param root the state root there, unless the state cannot be had
 * @param stateProblem why the state cannot be had
 * @param gas the gas of a call, where it was asked for and calls are metered
 */
record ContextView(
    Summary summary,
    Head head,
    Optional<Hash> root,
    Optional<String> stateProblem,
    Optional<Long> gas) {

  static ContextView of(final Summary summary, final State state) {
    return new ContextView(
        summary, state.head(), Optional.of(state.root()), Optional.empty(), Optional.empty());
  }

  static ContextView withoutState(final Summary summary, final Problem problem) {
    return new ContextView(
        summary,
        summary.head(),
        Optional.empty(),
        Optional.of(problem.message()),
        Optional.empty());
  }

  /** The same with what a call may use, if that is known. */
  ContextView with(final Optional<Limits> limits) {
    return new ContextView(
        summary,
        head,
        root,
        stateProblem,
        limits.filter(known -> known.schedule() != Limits.UNMETERED).map(Limits::gas));
  }

  void write(final JsonText json) {
    json.raw("{");
    writeFields(json);
    json.raw("}");
  }

  /** The state root goes by both names that the reference has given it. */
  void writeFields(final JsonText json) {
    final String shownRoot = root.map(hash -> "\"" + hash + "\"").orElse("null");
    json.raw("\"id\":\"" + summary.context())
        .raw("\",\"applicationId\":\"" + summary.application())
        .raw("\",\"contextStateHash\":" + shownRoot)
        .raw(",\"rootHash\":" + shownRoot)
        .raw(",\"dagHeads\":[")
        .numbers(head.hash().toByteArray())
        .raw("],\"position\":" + head.position())
        .raw(",\"entryHash\":\"" + head.hash())
        .raw("\",\"calimero_epoch\":" + summary.epoch());
    gas.ifPresent(amount -> json.raw(",\"calimero_gas\":").number(amount));
    stateProblem.ifPresent(text -> json.raw(",\"calimero_state_problem\":").string(text));
    summary.damage().ifPresent(text -> json.raw(",\"calimero_damage\":").string(text));
  }
}
