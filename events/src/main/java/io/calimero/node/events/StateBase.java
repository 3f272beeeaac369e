// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ConfigurationEvent.CoordinatorChanged;
import io.calimero.node.events.codec.MalformedException;
import java.util.List;
import java.util.Optional;

/**
 * Where the log of a context begins on a node that did not execute it from the first entry on: a
 * checkpoint with all that is needed to believe it.
 *
 * <p>Who signed the checkpoint is known from the context's identifier alone: the first entry names
 * the first coordinator and has the proof of the context's key, and each further entry of the
 * succession names the next one and is signed by the one before. Whoever coordinated once could
 * make up another succession from there on, as it could make up another log.
 *
 * @param configuration what the context is at the checkpoint
 * @param checkpoint the entry that vouches for it and for the state root
 * @param succession the first entry, then each that changed the coordinator up to the checkpoint
 */
public record StateBase(
    Configuration configuration, Entry.Signed checkpoint, List<Entry.Signed> succession) {
  /** How many changes of the coordinator a base can prove. */
  public static final int MAX_SUCCESSION = 1024;

  /**
   * A base, nothing of which is verified.
   *
   * @throws MalformedException if it is larger than any may be
   */
  public StateBase {
    succession = List.copyOf(succession);
    if (succession.isEmpty() || succession.size() > MAX_SUCCESSION) {
      throw new MalformedException("a succession of " + succession.size());
    }
  }

  private record Reign(PublicKey coordinator, long term, long position) {}

  /** The head of a log that ends with the checkpoint. */
  public Head head() {
    return checkpoint.head();
  }

  /**
   * What the checkpoint says.
   *
   * @throws MalformedException if the entry is none
   */
  public CheckpointTaken taken() {
    if (checkpoint.entry().payload() instanceof final Entry.Configured configured
        && configured.change().event() instanceof final CheckpointTaken taken) {
      return taken;
    }
    throw new MalformedException("no checkpoint");
  }

  /** Why this is not to be believed to be of the context, if it is not. */
  public Optional<String> objection(final ContextId context) {
    try {
      Reign reign = first(context, succession.getFirst());
      for (final Entry.Signed change : succession.subList(1, succession.size())) {
        reign = next(context, reign, change);
      }
      checkpoint(context, reign);
      return Optional.empty();
    } catch (final MalformedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** The coordinator of a term, as far as the succession tells. */
  public Optional<PublicKey> coordinator(final long term) {
    if (term < 1 || term > succession.size()) {
      return Optional.empty();
    }
    return succession.get((int) term - 1).entry().payload() instanceof final Entry.Configured named
        ? switch (named.change().event()) {
          case ContextCreated created -> Optional.of(created.creator());
          case CoordinatorChanged changed -> Optional.of(changed.coordinator());
          default -> Optional.empty();
        }
        : Optional.empty();
  }

  private static Reign first(final ContextId context, final Entry.Signed signed) {
    final ConfigurationEvent.Signed change = change(context, signed);
    if (!(change.event() instanceof final ContextCreated created)
        || !created.context().equals(context)
        || !created.verify()
        || !change.author().equals(created.creator())
        || signed.entry().position() != 1
        || signed.entry().term() != 1
        || !signed.verify(created.creator())) {
      throw new MalformedException("the first entry does not prove who created the context");
    }
    return new Reign(created.creator(), 1, 1);
  }

  private static Reign next(
      final ContextId context, final Reign before, final Entry.Signed signed) {
    final ConfigurationEvent.Signed change = change(context, signed);
    if (!(change.event() instanceof final CoordinatorChanged changed)
        || !isBy(before, signed, change)) {
      throw new MalformedException(
          "the change of the coordinator behind term " + before.term + " is not proven");
    }
    return new Reign(changed.coordinator(), before.term + 1, signed.entry().position());
  }

  private void checkpoint(final ContextId context, final Reign last) {
    final ConfigurationEvent.Signed change = change(context, checkpoint);
    if (!isBy(last, checkpoint, change)
        || taken().position() != checkpoint.entry().position() - 1) {
      throw new MalformedException("the checkpoint is not the coordinator's");
    }
    if (!configuration.context().equals(context)
        || !configuration.coordinator().equals(last.coordinator)
        || configuration.term() != last.term
        || !configuration.digest().equals(taken().configuration())) {
      throw new MalformedException("the checkpoint does not vouch for this configuration");
    }
  }

  private static boolean isBy(
      final Reign reign, final Entry.Signed signed, final ConfigurationEvent.Signed change) {
    return signed.entry().term() == reign.term
        && signed.entry().position() > reign.position
        && change.author().equals(reign.coordinator)
        && signed.verify(reign.coordinator);
  }

  private static ConfigurationEvent.Signed change(
      final ContextId context, final Entry.Signed signed) {
    if (!signed.entry().context().equals(context)
        || !(signed.entry().payload() instanceof final Entry.Configured configured)
        || !configured.change().context().equals(context)
        || !configured.change().verify()) {
      throw new MalformedException(
          "position " + signed.entry().position() + " is no signed change of the context");
    }
    return configured.change();
  }
}
