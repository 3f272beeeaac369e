// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Outcome;
import io.calimero.node.wasm.Script.Range;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Private storage in a call that is run for its author. */
class PrivateStorageTest extends EngineFixture {
  private final MapState privates = new MapState();

  private static Script ref() {
    return new Script(AbiGeneration.REF);
  }

  private CallResult run(final Script script, final Access access) throws Exception {
    final Surroundings author =
        new Surroundings(
            Optional.empty(), Optional.empty(), Blobs.NONE, Optional.of(privates::get));
    return scripted(script.shape())
        .call(
            Guests.with(Guests.with(Guests.call("run", script.toInput()), author), access),
            StateReader.EMPTY);
  }

  private CallResult.Completed done(final Script script) throws Exception {
    final CallResult.Completed completed = (CallResult.Completed) run(script, Access.MUTATE);
    privates.apply(completed.authored().privateWrites());
    return completed;
  }

  private static Bytes returned(final Outcome outcome) {
    return outcome.returned().orElseThrow();
  }

  @Test
  void whatIsWrittenIsFoundByTheNextCallAndIsNoStateOfTheContext() throws Exception {
    final Script write = ref();
    final Range key = write.text("key");
    final CallResult.Completed written =
        done(
            write
                .call("private_storage_write", key, write.text("value"))
                .call("private_storage_read", key, 1)
                .call("private_storage_read", write.text("none"), 1)
                .returnResults(3));
    final byte[] results = returned(written.outcome()).unsafeArray();
    assertThat(new byte[] {results[0], results[8], results[16]}).containsExactly(1, 1, 0);
    assertThat(written.outcome().writes().isEmpty()).isTrue();
    assertThat(written.authored().used()).isTrue();
    assertThat(written.authored().privateWrites().writes()).hasSize(1);

    final Script read = ref();
    final Range target = read.room(5);
    final CallResult.Completed found =
        done(
            read.call("private_storage_read", read.text("key"), 1)
                .call("read_register", 1, target)
                .call("value_return", 0, target));
    assertThat(returned(found.outcome())).isEqualTo(Bytes.utf8("value"));
    assertThat(found.authored().privateWrites().isEmpty()).isTrue();

    final Script remove = ref();
    done(remove.call("private_storage_remove", remove.text("key"), 1));
    assertThat(privates.size()).isZero();
  }

  @Test
  void aCallThatLeavesItAloneDoesNotUseIt() throws Exception {
    final Script script = ref();
    final Range key = script.text("key");
    assertThat(done(script.call("storage_write", key, key, 1)).authored())
        .isEqualTo(Authored.NOTHING);
  }

  @Test
  void aQueryMayReadAndNotWrite() throws Exception {
    final Script read = ref();
    assertThat(run(read.call("private_storage_read", read.text("key"), 1), Access.READ_ONLY))
        .isInstanceOf(CallResult.Completed.class);
    final Script write = ref();
    final Range key = write.text("key");
    assertThat(run(write.call("private_storage_write", key, key), Access.READ_ONLY))
        .isInstanceOf(CallResult.WouldWrite.class);
  }

  @Test
  void itsRowsCostWhatOthersDo() throws Exception {
    final Script privately = ref();
    final Script openly = ref();
    final long row =
        done(privately.call("private_storage_read", privately.text("key"), 1)).outcome().gas();
    final long other = done(openly.call("storage_read", openly.text("key"), 1)).outcome().gas();
    // the script's interpreter needs a little more for an operation further down its table
    assertThat(row).isCloseTo(other, Offset.offset(100L));
  }

  @Test
  void whoAsksForTheMembersHasSeenThem() throws Exception {
    final Script script = ref();
    assertThat(done(script.call("context_members", 1)).authored().membersSeen()).isTrue();
  }

  @Test
  void whatIsTooMuchIsRefused() throws Exception {
    final Script script = ref();
    final Range key = script.room((1 << 20) + 1);
    assertThat(message(run(script.call("private_storage_read", key, 1), Access.MUTATE)))
        .isEqualTo("key length overflow");
  }
}
