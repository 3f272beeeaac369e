// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.ConfigurationEvent.ApplicationUpdated;
import io.calimero.node.events.ConfigurationEvent.ContextCreated;
import io.calimero.node.events.ConfigurationEvent.CoordinatorChanged;
import io.calimero.node.events.ConfigurationEvent.MemberAdded;
import io.calimero.node.events.ConfigurationEvent.MemberInvited;
import io.calimero.node.events.ConfigurationEvent.MemberRemoved;
import io.calimero.node.events.crypto.KeyPair;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which change may follow which. */
class ConfigurationRulesTest {
  private static final KeyPair KEY = key(1);
  private static final KeyPair ADA = key(2);
  private static final KeyPair BEN = key(3);
  private static final KeyPair CYD = key(4);
  private static final ContextId CONTEXT = new ContextId(KEY.publicKey().hash());
  private static final Application APPLICATION = application(1);
  private static final Bytes SIXTEEN = Bytes.wrap(new byte[16]);
  private static final long LATER = 1_000;

  private final Configuration created =
      Configuration.of(ContextCreated.prove(KEY, APPLICATION, ADA.publicKey(), Limits.DEFAULT));

  private static KeyPair key(final int secret) {
    return KeyPair.ofSecret(Hash.sha256(new byte[] {(byte) secret}));
  }

  private static Application application(final int number) {
    return new Application(
        new BlobId(Hash.sha256(new byte[] {(byte) number})), 1, "file:///a", Bytes.EMPTY);
  }

  private static ConfigurationEvent.Signed by(
      final KeyPair author, final ConfigurationEvent event) {
    return ConfigurationEvent.Signed.sign(author, CONTEXT, SIXTEEN, event);
  }

  private static Configuration after(
      final Configuration before, final KeyPair author, final ConfigurationEvent event) {
    final Entry entry =
        new Entry(
            CONTEXT, 2, Hash.ZERO, LATER, before.term(), new Entry.Configured(by(author, event)));
    return before.after(entry, Optional.empty());
  }

  private static Optional<String> objection(
      final Configuration before, final KeyPair author, final ConfigurationEvent event) {
    return ConfigurationRules.objection(before, by(author, event), LATER);
  }

  private static MemberInvited invited(final KeyPair who, final long round, final int uses) {
    return new MemberInvited(
        who.publicKey(), OpenInvitation.sign(ADA, CONTEXT, SIXTEEN, round, LATER, uses));
  }

  @Test
  void aStrangerChangesNothing() {
    assertThat(objection(created, BEN, new MemberAdded(BEN.publicKey())))
        .hasValueSatisfying(why -> assertThat(why).contains("no member"));
    assertThat(objection(created, ADA, new MemberAdded(BEN.publicKey()))).isEmpty();
  }

  @Test
  void aHandoverGoesToAnotherMember() {
    final Configuration two = after(created, ADA, new MemberAdded(BEN.publicKey()));
    assertThat(objection(two, ADA, new CoordinatorChanged(CYD.publicKey()))).isPresent();
    assertThat(objection(two, ADA, new CoordinatorChanged(ADA.publicKey()))).isPresent();
    assertThat(objection(two, BEN, new CoordinatorChanged(BEN.publicKey()))).isPresent();
    assertThat(objection(two, ADA, new CoordinatorChanged(BEN.publicKey()))).isEmpty();
    final Configuration over = after(two, ADA, new CoordinatorChanged(BEN.publicKey()));
    assertThat(over.term()).isEqualTo(2);
    assertThat(objection(over, ADA, new MemberRemoved(ADA.publicKey()))).isEmpty();
    assertThat(objection(over, BEN, new MemberRemoved(BEN.publicKey()))).isPresent();
  }

  @Test
  void theHistoryRemembersWhatWasRun() {
    final Application next = application(2);
    assertThat(objection(created, ADA, new ApplicationUpdated(APPLICATION))).isPresent();
    final Configuration updated = after(created, ADA, new ApplicationUpdated(next));
    assertThat(updated.rests(APPLICATION.id())).isTrue();
    assertThat(updated.rests(next.id())).isTrue();
    assertThat(updated.rests(application(3).id())).isFalse();
  }

  @Test
  void anOpenInvitationIsCountedExpiresAndIsVoidOnceSomebodyIsExpelled() {
    assertThat(objection(created, BEN, invited(BEN, 0, 1))).isEmpty();
    assertThat(objection(created, CYD, invited(BEN, 0, 1))).isPresent();
    final Configuration joined = after(created, BEN, invited(BEN, 0, 1));
    assertThat(joined.isMember(BEN.publicKey())).isTrue();
    assertThat(objection(joined, CYD, invited(CYD, 0, 1)))
        .hasValueSatisfying(why -> assertThat(why).contains("used up"));
    assertThat(objection(joined, CYD, invited(CYD, 0, 2))).isEmpty();
    assertThat(ConfigurationRules.objection(joined, by(CYD, invited(CYD, 0, 0)), LATER + 1))
        .hasValueSatisfying(why -> assertThat(why).contains("expired"));
    final Configuration left = after(joined, BEN, new MemberRemoved(BEN.publicKey()));
    assertThat(objection(left, CYD, invited(CYD, 0, 0))).isEmpty();
    final Configuration expelled = after(joined, ADA, new MemberRemoved(BEN.publicKey()));
    assertThat(objection(expelled, BEN, invited(BEN, 0, 0)))
        .hasValueSatisfying(why -> assertThat(why).contains("void"));
    assertThat(objection(expelled, BEN, invited(BEN, 1, 0))).isEmpty();
    // One of who may not invite is none.
    final MemberInvited forged =
        new MemberInvited(CYD.publicKey(), OpenInvitation.sign(BEN, CONTEXT, SIXTEEN, 0, LATER, 0));
    assertThat(objection(joined, CYD, forged)).isPresent();
  }

  @Test
  void aConfigurationIsReadAsItWasWritten() {
    final Configuration full =
        after(after(created, BEN, invited(BEN, 0, 3)), ADA, new ApplicationUpdated(application(2)));
    final byte[] bytes = Configuration.CODEC.encode(full);
    assertThat(Configuration.CODEC.decode(bytes)).isEqualTo(full);
    final ConfigurationEvent.Signed change = by(BEN, invited(BEN, 0, 3));
    assertThat(
            ConfigurationEvent.Signed.CODEC.decode(ConfigurationEvent.Signed.CODEC.encode(change)))
        .isEqualTo(change);
  }
}
