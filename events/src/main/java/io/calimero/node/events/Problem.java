// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import java.util.Optional;

/**
 * Why the node did not do what it was asked to.
 *
 * @param code which kind, for programs
 * @param message what is wrong and what to do, for people
 * @param subject the identifier that it is about, if there is one
 */
public record Problem(Code code, String message, Optional<Hash> subject) {

  /** A problem about nothing in particular. */
  public static Problem of(final Code code, final String message) {
    return new Problem(code, message, Optional.empty());
  }

  /** A problem about something. */
  public static Problem of(final Code code, final String message, final Hash subject) {
    return new Problem(code, message, Optional.of(subject));
  }

  /** The problem as an exception. */
  public NodeException toException() {
    return new NodeException(this);
  }

  /** The kinds of problems. New ones go to the end: they travel by number. */
  public enum Code {
    /** The request does not have the form it must have. */
    INVALID_REQUEST,
    /** No such context on this node. */
    CONTEXT_NOT_FOUND,
    /** The context is on this node already. */
    CONTEXT_EXISTS,
    /** No such application on this node. */
    APPLICATION_NOT_INSTALLED,
    /** The application is still the one of a context. */
    APPLICATION_IN_USE,
    /** The bytes are no module that can be installed. */
    INVALID_MODULE,
    /** The source of an application cannot be read. */
    SOURCE_UNAVAILABLE,
    /** The executor is no member, or its key is not on this node. */
    UNAUTHORIZED,
    /** The head is not the one that the caller expected. */
    PRIOR_MISMATCH,
    /** Too much is under way: try again. */
    BUSY,
    /** It took longer than allowed; whether it was done is not known. */
    TIMEOUT,
    /** The disk is full: nothing was stored. */
    STORAGE_FULL,
    /** The log cannot be written any more until the node is restarted. */
    LOG_FAILED,
    /** The log of this context is damaged: it can be read up to the damage, not written. */
    CONTEXT_DAMAGED,
    /** The blob is not on this node, or not as it must be. */
    BLOB_UNAVAILABLE,
    /** The node is starting or stopping. */
    NOT_READY,
    /** A bug of the node. */
    INTERNAL,
    /**
     * The {@code init} of a new context, or the {@code migrate} of a new application, failed in the
     * guest; the message is the guest's.
     */
    INIT_FAILED,
    /** The node ended a call at its deadline: nothing was written. */
    DEADLINE,
    /** There is no connection to the peer, and none could be made. */
    PEER_UNREACHABLE,
    /** The stream has ended, or broke the rules of its protocol. */
    STREAM_ENDED,
    /** Executing the log gives something else here than at the coordinator's: no writes. */
    CONTEXT_DIVERGED,
    /**
     * What an attested transaction rests on has changed since its author ran it: nothing was
     * written, and it can be run again.
     */
    STALE,
    /**
     * The transaction that the subject names is kept on this node's disk, and is handed to the
     * coordinator until it is confirmed, rejected or too old.
     */
    PENDING,
    /** This node does not coordinate the context, or does no longer. */
    NOT_COORDINATOR,
    /**
     * The node of the cluster that this is for cannot be reached; the message says whether
     * something may have been done.
     */
    NODE_UNAVAILABLE,
    /** A peer has another history of the context than this node: one of them is wrong. */
    HISTORY_FORKED,
    /** The log of this context begins later on this node: the message says where. */
    LOG_BEGINS_LATER,
    /** The state of the context is not on this node any more; it is being fetched from others. */
    STATE_UNAVAILABLE
  }
}
