// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.ApplicationEvent;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.GuestError;
import io.calimero.node.events.Hash;
import io.calimero.node.events.Limits;
import io.calimero.node.events.Outcome;
import io.calimero.node.wasm.Access;
import io.calimero.node.wasm.Authored;
import io.calimero.node.wasm.Call;
import io.calimero.node.wasm.CallResult;
import io.calimero.node.wasm.StateReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call: what the guest may ask for, and what it did so far. Every method that serves a host
 * function ends the call by throwing {@link GuestExit} where the guest breaks a rule. The first
 * such exit is final, whatever becomes of the exception on its way through the guest.
 */
public final class CallSession {
  private static final int CHUNK = 64 * 1024;

  private final Call call;
  private final Meter meter;
  private final Limits limits;
  private final GuestView view;
  private final Registers registers;
  private final Writes writes;
  private final RandomStream random;
  private final List<String> logs = new ArrayList<>();
  private final List<ApplicationEvent> events = new ArrayList<>();
  private Optional<Bytes> returned = Optional.empty();
  private boolean returnedError;
  private boolean committed;
  private long timeReads;
  private final Actions actions;
  private final Index index;
  private final BlobHandles blobs;
  private final Collections collections;
  private final Records records;
  private final Documents documents;
  private final PrivateStorage privates;
  private final Outside outside;
  private @Nullable GuestExit exit;

  /** A call over the state, by a guest with that memory. */
  public CallSession(
      final Call call, final StateReader state, final GuestMemory memory, final Meter meter) {
    this.call = call;
    this.meter = meter;
    limits = call.limits();
    view = new GuestView(memory, this::exit);
    registers = new Registers(limits);
    writes = new Writes(limits, state, meter);
    random = new RandomStream(call.randomness());
    actions = new Actions(this);
    index = new Index(this);
    blobs = new BlobHandles(this);
    collections = new Collections(this);
    records = new Records(this);
    documents = new Documents(this);
    privates = new PrivateStorage(this);
    outside = new Outside(this);
  }

  /** How the call ended, if a host function ended it. */
  public Optional<CallResult> exited() {
    return Optional.ofNullable(exit).map(GuestExit::result);
  }

  /** The result of a method that ran to its end. */
  public CallResult completed() {
    if (returnedError) {
      return failed(GuestError.returned(returned.orElse(Bytes.EMPTY)));
    }
    if (blobs.anyUnfinished()) {
      return failed(GuestError.host("a blob was created and not closed"));
    }
    return new CallResult.Completed(
        new Outcome(returned, logs, events, writes.toWriteSet(), 0, actions.list()),
        new Authored(privates.used() || outside.used(), privates.writes(), actions.membersSeen()));
  }

  /**
   * Gives back what the call holds of the node.
   *
   * @param well whether it ended so that it counts; else the blobs that it stored are given up
   */
  public void end(final boolean well) {
    blobs.end(well);
  }

  /** The result of a method that failed for that reason. */
  public CallResult failed(final GuestError error) {
    return new CallResult.Failed(error, logs);
  }

  GuestView view() {
    return view;
  }

  Call call() {
    return call;
  }

  Meter meter() {
    return meter;
  }

  Limits limits() {
    return limits;
  }

  Writes state() {
    return writes;
  }

  Actions actions() {
    return actions;
  }

  Index index() {
    return index;
  }

  BlobHandles blobs() {
    return blobs;
  }

  Collections collections() {
    return collections;
  }

  Records records() {
    return records;
  }

  Documents documents() {
    return documents;
  }

  PrivateStorage privates() {
    return privates;
  }

  Outside outside() {
    return outside;
  }

  /** The end of the call because the guest broke a rule. */
  GuestExit refuse(final String text) {
    return exit(GuestError.host(text));
  }

  /** The end of the call because the node cannot carry it through. */
  GuestExit unavailable(final String reason) {
    return exit(new CallResult.Interrupted(reason));
  }

  void panic(final Optional<Slice> message, final Location location) {
    final String text = message.isPresent() ? brief(message.get()) : "explicit panic";
    throw exit(
        GuestError.panic(
            text
                + " at "
                + brief(location.file())
                + ":"
                + Integer.toUnsignedString(location.line())
                + ":"
                + Integer.toUnsignedString(location.column())));
  }

  /** A text for a message, no longer than a log line may be. */
  private String brief(final Slice slice) {
    view.check(slice.address(), slice.length());
    if (slice.length() <= limits.logSize()) {
      return view.text(slice);
    }
    final Bytes beginning = view.bytes(new Slice(slice.address(), limits.logSize()));
    return beginning.toUtf8() + "…";
  }

  long registerLength(final long register) {
    return registers.get(register).map(value -> (long) value.length()).orElse(-1L);
  }

  int readRegister(final long register, final Slice target) {
    final Bytes value =
        registers
            .get(register)
            .orElseThrow(
                () ->
                    exit(
                        GuestError.host(
                            "invalid register id: " + Long.toUnsignedString(register))));
    if (value.length() != target.length()) {
      return 0;
    }
    view.write(target.address(), value.unsafeArray(), value.length());
    return 1;
  }

  void contextId(final long register) {
    setRegister(register, bytes(call.context().hash()));
  }

  void executorId(final long register) {
    setRegister(register, bytes(call.executor().hash()));
  }

  void input(final long register) {
    setRegister(register, call.input());
  }

  void valueReturn(final long tag, final Slice value) {
    if (tag != 0 && tag != 1) {
      throw exit(GuestError.host("invalid memory access"));
    }
    bound(value, limits.returnSize(), "value length overflow");
    returned = Optional.of(view.bytes(value));
    returnedError = tag == 1;
  }

  void log(final Slice text) {
    if (logs.size() >= limits.logs()) {
      throw exit(GuestError.host("logs overflow"));
    }
    bound(text, limits.logSize(), "logs overflow");
    logs.add(view.text(text));
  }

  void emit(final Slice kind, final Slice data) {
    emit(kind, data, Optional.empty());
  }

  /** An event that names a method. Nobody runs it: every member has run the call itself. */
  void emitWithHandler(final Slice kind, final Slice data, final Slice handler) {
    emit(kind, data, Optional.of(handler));
  }

  private void emit(final Slice kind, final Slice data, final Optional<Slice> handler) {
    mustMutate();
    bound(kind, limits.eventKindSize(), "event kind size overflow");
    bound(data, limits.eventDataSize(), "event data size overflow");
    if (events.size() >= limits.events()) {
      throw exit(GuestError.host("events overflow"));
    }
    handler.ifPresent(name -> bound(name, HostLimits.NAME, "event handler size overflow"));
    events.add(new ApplicationEvent(view.text(kind), view.bytes(data), handler.map(view::text)));
  }

  /**
   * Checked and without effect: replicas run the method themselves, and the node computes its own
   * state root.
   */
  void commit(final Slice root, final Slice artifact) {
    if (root.length() != Hash.LENGTH) {
      throw exit(GuestError.host("invalid memory access"));
    }
    view.check(root.address(), root.length());
    bound(artifact, limits.returnSize(), "value length overflow");
    view.check(artifact.address(), artifact.length());
    if (committed) {
      throw exit(GuestError.host("commit called more than once"));
    }
    committed = true;
  }

  int storageRead(final Slice key, final long register) {
    return found(writes.get(key(key)), register);
  }

  int storageWrite(final Slice key, final Slice value, final long register) {
    mustMutate();
    final Bytes name = key(key);
    bound(value, limits.valueSize(), "value length overflow");
    return put(name, Optional.of(view.bytes(value)), register);
  }

  int storageRemove(final Slice key, final long register) {
    mustMutate();
    return put(key(key), Optional.empty(), register);
  }

  void randomBytes(final Slice target) {
    final int length = view.check(target.address(), target.length());
    final byte[] chunk = new byte[Math.min(length, CHUNK)];
    for (long done = 0; done < length; done += CHUNK) {
      final int part = (int) Math.min(length - done, CHUNK);
      random.fill(chunk, part);
      view.write(target.address() + done, chunk, part);
    }
  }

  /** Nothing but the check of a range. */
  void checked(final Slice slice) {
    view.check(slice.address(), slice.length());
  }

  /** The timestamp of the call, one nanosecond more at each further read. */
  void timeNow(final Slice target) {
    if (target.length() != Long.BYTES) {
      throw exit(GuestError.host("invalid memory access"));
    }
    final long now = call.timestamp() + timeReads++;
    final ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    view.write(target.address(), bytes.putLong(now).array(), Long.BYTES);
  }

  private int put(final Bytes key, final Optional<Bytes> value, final long register) {
    final int replaced = found(writes.get(key), register);
    if (!writes.put(key, value)) {
      throw exit(GuestError.host("storage writes overflow"));
    }
    return replaced;
  }

  private int found(final Optional<Bytes> value, final long register) {
    if (value.isEmpty()) {
      return 0;
    }
    setRegister(register, value.get());
    return 1;
  }

  private Bytes key(final Slice key) {
    final Bytes name = indexKey(key);
    if (Reserved.isReserved(name)) {
      throw refuse("the key is reserved for the node");
    }
    return name;
  }

  /** A key that the guest names within a space of its own. */
  Bytes indexKey(final Slice key) {
    bound(key, limits.keySize(), "key length overflow");
    return view.bytes(key);
  }

  /** A value that the guest wants stored. */
  Bytes value(final Slice value) {
    bound(value, limits.valueSize(), "value length overflow");
    return view.bytes(value);
  }

  /** Sets or removes a value of the state, whatever the key. */
  void store(final Bytes key, final Optional<Bytes> value) {
    mustMutate();
    if (!writes.put(key, value)) {
      throw refuse("storage writes overflow");
    }
  }

  /** The next random bytes. */
  byte[] random(final int length) {
    final byte[] bytes = new byte[length];
    random.fill(bytes, length);
    return bytes;
  }

  void setRegister(final long register, final Bytes value) {
    if (!registers.set(register, value)) {
      throw exit(GuestError.host("invalid memory access"));
    }
  }

  void bound(final Slice slice, final int limit, final String overflow) {
    if (Long.compareUnsigned(slice.length(), limit) > 0) {
      throw exit(GuestError.host(overflow));
    }
  }

  void mustMutate() {
    if (call.access() != Access.MUTATE) {
      throw exit(new CallResult.WouldWrite());
    }
  }

  private GuestExit exit(final GuestError error) {
    return exit(failed(error));
  }

  private GuestExit exit(final CallResult result) {
    final GuestExit thrown = new GuestExit(result);
    if (exit == null) {
      exit = thrown;
    }
    return thrown;
  }

  private static Bytes bytes(final Hash hash) {
    return Bytes.wrap(hash.toByteArray());
  }
}
