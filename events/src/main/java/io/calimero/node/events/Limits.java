// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;

/**
 * What one call of an application may use. Fixed when a context is created and part of its first
 * entry, because a limit that differs between two nodes is a different outcome.
 *
 * @param memoryPages linear memory, in pages of 64 KiB
 * @param registers how many registers
 * @param registerSize the bytes of one register
 * @param registerCapacity the bytes of all registers together
 * @param logs how many log lines
 * @param logSize the bytes of one log line
 * @param events how many events
 * @param eventKindSize the bytes of an event's kind
 * @param eventDataSize the bytes of an event's data
 * @param keySize the bytes of a key of the state
 * @param valueSize the bytes of a value of the state
 * @param writes how many writes to the state
 * @param writtenBytes the bytes of all keys and values written
 * @param returnSize the bytes of the return value
 * @param gas the gas of a call; without effect where calls are not metered
 * @param schedule by which rules calls are metered: the number of a gas schedule, or {@link
 *     #UNMETERED}
 * @param options what else is settled, as a sum of {@link #NOT_ATTESTED} and {@link #FETCHING}
 */
public record Limits(
    int memoryPages,
    int registers,
    long registerSize,
    long registerCapacity,
    int logs,
    int logSize,
    int events,
    int eventKindSize,
    int eventDataSize,
    int keySize,
    int valueSize,
    int writes,
    long writtenBytes,
    int returnSize,
    long gas,
    int schedule,
    int options) {
  /** The schedule of contexts from before there was metering. */
  public static final int UNMETERED = 0;

  /** The newest gas schedule. Fixes the price of each instruction and the rules of the stack. */
  public static final int SCHEDULE = 1;

  /** The option that there are no attested transactions in the context. */
  public static final int NOT_ATTESTED = 1;

  /** The option that calls may fetch from the web; they are attested then. */
  public static final int FETCHING = 2;

  /** The gas of a call where a context's creator names no other. */
  public static final long DEFAULT_GAS = 1_000_000_000;

  /** Limits without a schedule, as all were before there was metering. */
  private static final int FORMAT_UNMETERED = 1;

  private static final int FORMAT = 2;
  private static final int FORMAT_WITH_OPTIONS = 3;
  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;

  /** What a context gets when its creator names nothing else. */
  public static final Limits DEFAULT =
      new Limits(
          1024,
          100,
          100L * MIB,
          1024L * MIB,
          1024,
          16 * KIB,
          100,
          100,
          16 * KIB,
          MIB,
          10 * MIB,
          100_000,
          128L * MIB,
          16 * MIB,
          DEFAULT_GAS,
          SCHEDULE,
          0);

  /**
   * One format byte, then the components in their order. Format 1 lacks the schedule, format 2 the
   * options; each still is how limits without these are written, so that what was hashed with them
   * stays the same.
   */
  public static final Codec<Limits> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Limits value) {
          out.u8(format(value))
              .u32(value.memoryPages)
              .u32(value.registers)
              .u64(value.registerSize)
              .u64(value.registerCapacity)
              .u32(value.logs)
              .u32(value.logSize)
              .u32(value.events)
              .u32(value.eventKindSize)
              .u32(value.eventDataSize)
              .u32(value.keySize)
              .u32(value.valueSize)
              .u32(value.writes)
              .u64(value.writtenBytes)
              .u32(value.returnSize)
              .u64(value.gas);
          if (format(value) != FORMAT_UNMETERED) {
            out.u32(value.schedule);
          }
          if (format(value) == FORMAT_WITH_OPTIONS) {
            out.u32(value.options);
          }
        }

        private static int format(final Limits value) {
          if (value.options != 0) {
            return FORMAT_WITH_OPTIONS;
          }
          return value.schedule == UNMETERED ? FORMAT_UNMETERED : FORMAT;
        }

        @Override
        public Limits read(final BorshReader in) {
          final int format = in.u8();
          if (format != FORMAT_UNMETERED && format != FORMAT_WITH_OPTIONS) {
            Formats.expect("limits", FORMAT, format);
          }
          final Limits read =
              new Limits(
                  in.u32(), in.u32(), in.u64(), in.u64(), in.u32(), in.u32(), in.u32(), in.u32(),
                  in.u32(), in.u32(), in.u32(), in.u32(), in.u64(), in.u32(), in.u64(), UNMETERED,
                  0);
          if (format == FORMAT_UNMETERED) {
            return read;
          }
          final int schedule = in.u32();
          if (format == FORMAT_WITH_OPTIONS) {
            final int options = in.u32();
            if (options == 0) {
              throw new MalformedException("limits with options that has none");
            }
            return read.metered(schedule, read.gas).withOptions(options);
          }
          if (schedule == UNMETERED) {
            throw new MalformedException("metered limits without a schedule");
          }
          return read.metered(schedule, read.gas);
        }
      };

  /** Limits without options. */
  public Limits(
      final int memoryPages,
      final int registers,
      final long registerSize,
      final long registerCapacity,
      final int logs,
      final int logSize,
      final int events,
      final int eventKindSize,
      final int eventDataSize,
      final int keySize,
      final int valueSize,
      final int writes,
      final long writtenBytes,
      final int returnSize,
      final long gas,
      final int schedule) {
    this(
        memoryPages,
        registers,
        registerSize,
        registerCapacity,
        logs,
        logSize,
        events,
        eventKindSize,
        eventDataSize,
        keySize,
        valueSize,
        writes,
        writtenBytes,
        returnSize,
        gas,
        schedule,
        0);
  }

  /**
   * Limits, none of them negative.
   *
   * @throws MalformedException if one is
   */
  public Limits {
    final long sign =
        memoryPages
            | registers
            | registerSize
            | registerCapacity
            | logs
            | logSize
            | events
            | eventKindSize
            | eventDataSize
            | keySize
            | valueSize
            | writes
            | writtenBytes
            | returnSize
            | gas
            | schedule
            | options;
    if (sign < 0) {
      throw new MalformedException("a negative limit");
    }
    if (options > (NOT_ATTESTED | FETCHING)) {
      throw new MalformedException("an unknown option of a context: " + options);
    }
  }

  /** The same limits with that much gas for a call. */
  public Limits withGas(final long amount) {
    return metered(schedule, amount);
  }

  /** The same limits, metered by that schedule with that much gas for a call. */
  public Limits metered(final int newSchedule, final long amount) {
    return new Limits(
        memoryPages,
        registers,
        registerSize,
        registerCapacity,
        logs,
        logSize,
        events,
        eventKindSize,
        eventDataSize,
        keySize,
        valueSize,
        writes,
        writtenBytes,
        returnSize,
        amount,
        newSchedule,
        options);
  }

  /** The same limits with these options and no others. */
  public Limits withOptions(final int newOptions) {
    return new Limits(
        memoryPages,
        registers,
        registerSize,
        registerCapacity,
        logs,
        logSize,
        events,
        eventKindSize,
        eventDataSize,
        keySize,
        valueSize,
        writes,
        writtenBytes,
        returnSize,
        gas,
        schedule,
        newOptions);
  }

  /** Whether there may be attested transactions. */
  public boolean attestable() {
    return (options & NOT_ATTESTED) == 0;
  }

  /** Whether calls may fetch from the web. */
  public boolean fetching() {
    return attestable() && (options & FETCHING) != 0;
  }
}
