// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.calimero.node.events.ConfigurationEvent.CheckpointTaken;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ConfigurationEvent.CoordinatorChanged;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.crypto.KeyPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which checkpoints are believed by whoever knows no more than the context's identifier. */
class StateBaseTest {
  private static final Hash ROOT = Hash.sha256(new byte[] {7});

  private final KeyPair contextKey = key(1);
  private final KeyPair creator = key(2);
  private final KeyPair second = key(3);
  private final KeyPair eve = key(4);
  private final ContextId context = new ContextId(contextKey.publicKey().hash());
  private final Application application =
      new Application(new BlobId(Hash.ZERO), 5, "https://example.invalid/", Bytes.EMPTY);
  private final List<Entry.Signed> log = new ArrayList<>();
  private Configuration configuration;

  StateBaseTest() {
    final ContextCreated created =
        ContextCreated.prove(contextKey, application, creator.publicKey(), Limits.DEFAULT);
    append(creator, 1, created);
    configuration = Configuration.of(created);
  }

  private static KeyPair key(final int number) {
    return KeyPair.ofSecret(Hash.sha256(new byte[] {(byte) number}));
  }

  private Entry.Signed entry(
      final KeyPair coordinator,
      final KeyPair author,
      final long term,
      final ConfigurationEvent event) {
    final Head head = log.isEmpty() ? Head.NONE : log.getLast().head();
    final Entry entry =
        Entry.after(
            context,
            head,
            head.position() + 1,
            term,
            new Entry.Configured(
                ConfigurationEvent.Signed.sign(
                    author, context, Bytes.wrap(new byte[Transaction.UNIQUE_ID_LENGTH]), event)));
    return Entry.Signed.sign(entry, entry.hash(), coordinator);
  }

  private Entry.Signed append(
      final KeyPair coordinator, final long term, final ConfigurationEvent event) {
    final Entry.Signed entry = entry(coordinator, coordinator, term, event);
    log.add(entry);
    return entry;
  }

  private Entry.Signed handOver() {
    append(creator, 1, new MemberAdded(second.publicKey()));
    configuration = configuration.apply(new MemberAdded(second.publicKey()));
    final Entry.Signed change = append(creator, 1, new CoordinatorChanged(second.publicKey()));
    configuration = configuration.apply(new CoordinatorChanged(second.publicKey()));
    return change;
  }

  private CheckpointTaken taken() {
    return new CheckpointTaken(
        log.getLast().entry().position(), ROOT, 1, 2, configuration.digest());
  }

  private Optional<String> objection(
      final Entry.Signed checkpoint, final Entry.Signed... succession) {
    return new StateBase(configuration, checkpoint, List.of(succession)).objection(context);
  }

  @Test
  void aCheckpointOfTheCreatorIsProvenByTheFirstEntry() {
    assertThat(objection(entry(creator, creator, 1, taken()), log.getFirst())).isEmpty();
    final StateBase base =
        new StateBase(configuration, entry(creator, creator, 1, taken()), List.of(log.getFirst()));
    assertThat(base.taken().stateRoot()).isEqualTo(ROOT);
    assertThat(base.head().position()).isEqualTo(2);
    assertThat(base.coordinator(1)).contains(creator.publicKey());
    assertThat(base.coordinator(2)).isEmpty();
  }

  @Test
  void aLaterCoordinatorIsProvenByWhoHandedOverToIt() {
    final Entry.Signed change = handOver();
    assertThat(objection(entry(second, second, 2, taken()), log.getFirst(), change)).isEmpty();
    assertThat(objection(entry(second, second, 2, taken()), log.getFirst())).isPresent();
    assertThat(objection(entry(creator, creator, 1, taken()), log.getFirst())).isPresent();
    assertThat(objection(entry(second, second, 2, taken()), change, log.getFirst())).isPresent();
  }

  @Test
  void nobodyElseVouches() {
    assertThat(objection(entry(eve, eve, 1, taken()), log.getFirst())).isPresent();
    assertThat(objection(entry(creator, eve, 1, taken()), log.getFirst())).isPresent();
    assertThat(objection(entry(eve, creator, 1, taken()), log.getFirst())).isPresent();
    assertThat(objection(entry(creator, creator, 2, taken()), log.getFirst())).isPresent();
    final ContextCreated stolen =
        new ContextCreated(
            context, application, eve.publicKey(), Limits.DEFAULT, eve.sign(Hash.ZERO));
    log.clear();
    final Entry.Signed forged = append(eve, 1, stolen);
    assertThat(objection(entry(eve, eve, 1, taken()), forged)).isPresent();
  }

  @Test
  void aCheckpointVouchesForThePositionBeforeItAndForOneConfiguration() {
    final CheckpointTaken right = taken();
    for (final CheckpointTaken wrong :
        List.of(
            new CheckpointTaken(right.position() + 1, ROOT, 1, 2, right.configuration()),
            new CheckpointTaken(0, ROOT, 1, 2, right.configuration()),
            new CheckpointTaken(right.position(), ROOT, 1, 2, Hash.ZERO))) {
      assertThat(objection(entry(creator, creator, 1, wrong), log.getFirst())).isPresent();
    }
    assertThat(
            objection(entry(creator, creator, 1, new MemberAdded(eve.publicKey())), log.getFirst()))
        .isPresent();
    configuration = configuration.apply(new MemberAdded(eve.publicKey()));
    assertThat(objection(entry(creator, creator, 1, right), log.getFirst())).isPresent();
  }

  @Test
  void anEndlessSuccessionIsRefused() {
    final Entry.Signed checkpoint = entry(creator, creator, 1, taken());
    final List<Entry.Signed> many =
        Collections.nCopies(StateBase.MAX_SUCCESSION + 1, log.getFirst());
    assertThatThrownBy(() -> new StateBase(configuration, checkpoint, many))
        .isInstanceOf(MalformedException.class);
    assertThatThrownBy(() -> new StateBase(configuration, checkpoint, List.of()))
        .isInstanceOf(MalformedException.class);
  }
}
