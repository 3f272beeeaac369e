// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.Limits;
import io.calimero.node.wasm.Script.Range;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the host does for a call and no copy shows has a price since schedule 2. In schedule 1,
 * which contexts from before keep, it has none.
 */
class HostWorkTest extends EngineFixture {
  private static final int FIRST = 1;
  private static final int SECOND = 2;
  private static final long ROW = 1_000;

  private final MapState state = new MapState();

  private CallResult run(final Script script, final int schedule, final long gas, final Blobs blobs)
      throws Exception {
    return scripted(script.shape())
        .call(
            Guests.with(
                Guests.with(
                    Guests.call("run", script.toInput()), Limits.DEFAULT.metered(schedule, gas)),
                Contexts.of(true, blobs)),
            state);
  }

  private long gas(final Script script, final int schedule, final Blobs blobs) throws Exception {
    return completed(run(script, schedule, Limits.DEFAULT_GAS, blobs)).gas();
  }

  private static Script reading(final BlobId blob, final int parts, final int length) {
    final Script script = new Script(AbiGeneration.REF);
    script.call("blob_open", script.bytes(blob.hash().toByteArray()));
    final Range room = script.room(length);
    for (int i = 0; i < parts; i++) {
      script.call("blob_read", 1, room);
    }
    return script;
  }

  /** Remembers how much was read of the blobs. */
  private static final class Counted implements Blobs {
    private final Blobs blobs;
    private final List<Integer> reads = new ArrayList<>();

    Counted(final Blobs blobs) {
      this.blobs = blobs;
    }

    @Override
    public Bytes read(
        final ContextId context, final BlobId blob, final long offset, final int length) {
      reads.add(length);
      return blobs.read(context, blob, offset, length);
    }
  }

  @Test
  void whatIsReadAheadOfABlobIsPaidFor() throws Exception {
    final MapBlobs blobs = new MapBlobs();
    final BlobId blob = blobs.put(new byte[1 << 20]);
    final long without = gas(reading(blob, 0, 10), SECOND, blobs);
    final long one = gas(reading(blob, 1, 10), SECOND, blobs) - without;
    final long first = gas(reading(blob, 1, 10), FIRST, blobs);
    assertThat(one - (first - gas(reading(blob, 0, 10), FIRST, blobs))).isEqualTo(ROW + 65_536);
    // what was read ahead is there for the next, which is no dearer than it was
    assertThat(gas(reading(blob, 2, 10), SECOND, blobs) - without - one)
        .isEqualTo(gas(reading(blob, 2, 10), FIRST, blobs) - first);
  }

  @Test
  void moreIsReadAheadAsReadingGoesOn() throws Exception {
    final MapBlobs blobs = new MapBlobs();
    final BlobId blob = blobs.put(new byte[2 << 20]);
    final Counted counted = new Counted(blobs);
    completed(run(reading(blob, 20, 65_536), SECOND, Limits.DEFAULT_GAS, counted));
    assertThat(counted.reads).startsWith(65_536, 131_072, 262_144).hasSizeLessThan(7);
  }

  private static Script scanning(final int rows, final boolean removed) {
    final Script script = new Script(AbiGeneration.REF);
    for (int i = 0; i < rows; i++) {
      final Range key = script.text("key " + i);
      script.call("storage_index_set", key, key);
      if (removed) {
        script.call("storage_index_remove", key);
      }
    }
    return script;
  }

  private static Script thenScanned(final Script script) {
    return script.call("storage_index_scan", script.room(0), script.room(0), 0, 0, 1);
  }

  @Test
  void rowsThatTheCallWroteItselfArePaidForWhereTheyAreGoneThrough() throws Exception {
    for (final boolean removed : new boolean[] {false, true}) {
      final long[] scan = new long[SECOND + 1];
      for (final int schedule : new int[] {FIRST, SECOND}) {
        scan[schedule] =
            gas(thenScanned(scanning(3, removed)), schedule, Blobs.NONE)
                - gas(scanning(3, removed), schedule, Blobs.NONE);
      }
      // each with its key: what the node puts before it, and "key 0"; and its value, if it has one
      final long key = "\0calimero\0i".length() + 5L;
      assertThat(scan[SECOND] - scan[FIRST]).isEqualTo(3 * (ROW + key + (removed ? 0 : 5)));
    }
  }

  @Test
  void goingThroughRowsEndsWithTheGas() throws Exception {
    final Script script = thenScanned(scanning(3, true));
    final long gas = gas(script, SECOND, Blobs.NONE);
    assertThat(completed(run(script, SECOND, gas, Blobs.NONE)).gas()).isEqualTo(gas);
    for (final long less : new long[] {1, ROW, 2 * ROW}) {
      assertThat(message(run(script, SECOND, gas - less, Blobs.NONE))).isEqualTo("out of gas");
    }
  }

  @Test
  void aListOfMembersIsPaidForByItsLength() throws Exception {
    final Script script = new Script(AbiGeneration.REF).call("context_members", 1);
    assertThat(gas(script, SECOND, Blobs.NONE) - gas(script, FIRST, Blobs.NONE)).isEqualTo(2 * 32);
  }
}
