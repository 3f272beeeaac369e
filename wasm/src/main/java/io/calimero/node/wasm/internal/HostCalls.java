// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal;

import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.ContextId;
import io.calimero.node.events.GuestError;
import io.calimero.node.wasm.AuthorSide;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.StateReader;
import io.calimero.node.wasm.Surroundings;
import io.calimero.node.wasm.internal.host.CallSession;
import io.calimero.node.wasm.internal.host.GuestExit;
import io.calimero.node.wasm.internal.host.GuestMemory;
import io.calimero.node.wasm.internal.host.HostFunction;
import io.calimero.node.wasm.internal.host.Meter;
import io.calimero.node.wasm.internal.module.Rules;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of one call, whatever engine runs the guest: serves host functions, charges them,
 * and keeps what went wrong in one until the guest has been left.
 */
final class HostCalls {
  private final Call call;
  private final Rules rules;
  private final Guest guest;
  private final CallSession session;
  private long pending;
  private boolean exhausted;
  private @Nullable Throwable fault;

  /** What an engine offers of an instance. */
  interface Guest {
    /** Its memory. */
    GuestMemory memory();

    /** Takes gas; returns what is left, negative if it was too little. */
    long charge(long gas);

    /** Whether the module itself found that its calls are nested too deeply. */
    boolean stackUsedUp();
  }

  HostCalls(final Call call, final Rules rules, final StateReader state, final Guest guest) {
    this.call = call;
    this.rules = rules;
    this.guest = guest;
    session =
        new CallSession(priced(call), new Rows(state), new Copies(guest.memory()), new Work());
  }

  /** The call, with rows of private storage at the price of others, and with the price of blobs. */
  private Call priced(final Call plain) {
    final Surroundings around = plain.surroundings();
    if (around.author().isEmpty() && !rules.hostWork()) {
      return plain;
    }
    return plain.in(
        new Surroundings(
            around.configuration(),
            around.origin(),
            rules.hostWork() ? new Parts(around.blobs()) : around.blobs(),
            around.author().map(Priced::new)));
  }

  /**
   * The gas that the guest begins with: what the call has, less the price of the memory that the
   * module begins with. Negative if that is too much already.
   */
  static long budget(final Call call, final Rules rules, final long initialPages) {
    return rules.metered() ? call.limits().gas() - initialPages * Rules.PAGE_GAS : Long.MAX_VALUE;
  }

  /** Serves a host function. What it throws must end the guest. */
  long serve(final HostFunction function, final HostFunction.Arguments arguments) {
    pending = 0;
    try {
      final long result = function.body().run(session, arguments);
      if (rules.metered() && guest.charge(HostPrices.of(function.name(), rules) + pending) < 0) {
        exhausted = true;
        throw new OutOfGas();
      }
      return result;
    } catch (final GuestExit | OutOfGas e) {
      throw e;
    } catch (final RuntimeException | Error e) {
      fault = e;
      throw e;
    }
  }

  /** What a host function threw that is neither the guest's doing nor its end. */
  Optional<Throwable> fault() {
    return Optional.ofNullable(fault);
  }

  /** Why the guest was left early, if the reason is known on this side. */
  Optional<CallResult> ended() {
    if (exhausted) {
      return Optional.of(outOfGas());
    }
    return session.exited();
  }

  /** Why the module's own code trapped where WebAssembly itself would not have. */
  Optional<CallResult> limited() {
    if (rules.metered() && guest.charge(0) < 0) {
      return Optional.of(outOfGas());
    }
    return guest.stackUsedUp()
        ? Optional.of(session.failed(GuestError.trap(Traps.STACK_OVERFLOW)))
        : Optional.empty();
  }

  /** The result of a method that ran to its end. */
  CallResult completed() {
    final CallResult result = session.completed();
    return result instanceof CallResult.Completed completed && rules.metered()
        ? new CallResult.Completed(
            completed.outcome().withGas(call.limits().gas() - guest.charge(0)),
            completed.authored())
        : result;
  }

  /** The result of a method that trapped. */
  CallResult failed(final GuestError error) {
    return session.failed(error);
  }

  /**
   * Gives back what the call holds of the node.
   *
   * @param well whether it ended so that it counts
   */
  void end(final boolean well) {
    session.end(well);
  }

  private CallResult outOfGas() {
    return session.failed(GuestError.trap(Traps.OUT_OF_GAS));
  }

  /** One row more of those that a single host function goes through, which ends with the gas. */
  private void passed(final long bytes) {
    pending += HostPrices.ROW + HostPrices.BYTE * bytes;
    if (rules.metered() && pending > guest.charge(0)) {
      exhausted = true;
      throw new OutOfGas();
    }
  }

  /** What only the author's node has, its rows at the price of others. */
  private final class Priced implements AuthorSide {
    private final AuthorSide author;
    private final Rows rows;

    Priced(final AuthorSide author) {
      this.author = author;
      rows = new Rows(author::privateRow);
    }

    @Override
    public Optional<Bytes> privateRow(final Bytes key) {
      return rows.get(key);
    }

    @Override
    public Reply ask(final Request request) {
      final Reply reply = author.ask(request);
      pending += HostPrices.BYTE * reply.body().length();
      return reply;
    }
  }

  /** What the host does without asking the state or the memory. */
  private final class Work implements Meter {
    @Override
    public void passed(final Bytes key, final Optional<Bytes> value) {
      if (rules.hostWork()) {
        HostCalls.this.passed(key.length() + (long) value.map(Bytes::length).orElse(0));
      }
    }

    @Override
    public void listed(final long bytes) {
      if (rules.hostWork()) {
        pending += HostPrices.BYTE * bytes;
      }
    }
  }

  /** Blobs, reading which has a price. */
  private final class Parts implements Blobs {
    private final Blobs blobs;

    Parts(final Blobs blobs) {
      this.blobs = blobs;
    }

    @Override
    public Bytes read(
        final ContextId context, final BlobId blob, final long offset, final int length) {
      final Bytes bytes = blobs.read(context, blob, offset, length);
      pending += HostPrices.ROW + HostPrices.BYTE * bytes.length();
      return bytes;
    }

    @Override
    public Upload create(final ContextId context) {
      return blobs.create(context);
    }
  }

  /** The state, whose rows have a price. */
  private final class Rows implements StateReader {
    private final StateReader state;

    Rows(final StateReader state) {
      this.state = state;
    }

    @Override
    public Optional<Bytes> get(final Bytes key) {
      final Optional<Bytes> value = state.get(key);
      pending +=
          HostPrices.ROW
              + HostPrices.BYTE * (key.length() + (long) value.map(Bytes::length).orElse(0));
      return value;
    }

    @Override
    public Iterator<Map.Entry<Bytes, Bytes>> scan(final Bytes from, final Bytes to) {
      final Iterator<Map.Entry<Bytes, Bytes>> rows = state.scan(from, to);
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public Map.Entry<Bytes, Bytes> next() {
          final Map.Entry<Bytes, Bytes> row = rows.next();
          passed(row.getKey().length() + (long) row.getValue().length());
          return row;
        }
      };
    }
  }

  /** The memory, copying from and to which has a price. */
  private final class Copies implements GuestMemory {
    private final GuestMemory memory;

    Copies(final GuestMemory memory) {
      this.memory = memory;
    }

    @Override
    public long size() {
      return memory.size();
    }

    @Override
    public void read(final long address, final byte[] target, final int offset, final int length) {
      pending += HostPrices.BYTE * length;
      memory.read(address, target, offset, length);
    }

    @Override
    public void write(final long address, final byte[] source, final int offset, final int length) {
      pending += HostPrices.BYTE * length;
      memory.write(address, source, offset, length);
    }
  }
}
