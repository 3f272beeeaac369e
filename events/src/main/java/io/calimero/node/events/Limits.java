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
    int schedule) {
  /** The schedule of contexts from before there was metering. */
  public static final int UNMETERED = 0;

  /** The newest gas schedule. Fixes the price of each instruction and the rules of the stack. */
  public static final int SCHEDULE = 1;

  /** The gas of a call where a context's creator names no other. */
  public static final long DEFAULT_GAS = 1_000_000_000;

  /** Limits without a schedule, as all were before there was metering. */
  private static final int FORMAT_UNMETERED = 1;

  private static final int FORMAT = 2;
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
          SCHEDULE);

  /**
   * One format byte, then the components in their order. Format 1 lacks the schedule, and still is
   * how limits without metering are written, so that what was hashed with them stays the same.
   */
  public static final Codec<Limits> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final Limits value) {
          out.u8(value.schedule == UNMETERED ? FORMAT_UNMETERED : FORMAT)
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
          if (value.schedule != UNMETERED) {
            out.u32(value.schedule);
          }
        }

        @Override
        public Limits read(final BorshReader in) {
          final int format = in.u8();
          if (format != FORMAT_UNMETERED) {
            Formats.expect("limits", FORMAT, format);
          }
          final Limits read =
              new Limits(
                  in.u32(), in.u32(), in.u64(), in.u64(), in.u32(), in.u32(), in.u32(), in.u32(),
                  in.u32(), in.u32(), in.u32(), in.u32(), in.u64(), in.u32(), in.u64(), UNMETERED);
          if (format == FORMAT_UNMETERED) {
            return read;
          }
          final int schedule = in.u32();
          if (schedule == UNMETERED) {
            throw new MalformedException("metered limits without a schedule");
          }
          return read.metered(schedule, read.gas);
        }
      };

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
            | schedule;
    if (sign < 0) {
      throw new MalformedException("a negative limit");
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
        newSchedule);
  }
}
