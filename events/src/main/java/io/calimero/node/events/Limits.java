// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

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
 * @param options what else is settled: nothing (0), or {@link #NOT_ATTESTED}
 * @param origins where calls may ask outside, as {@code https://api.example.org} or {@code
 *     http://127.0.0.1:8080}: in their order, none twice; none where there are no attested
 *     transactions
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
    int options,
    List<String> origins) {
  /** The schedule of contexts from before there was metering. */
  public static final int UNMETERED = 0;

  /** The newest gas schedule. Fixes the price of each instruction and the rules of the stack. */
  public static final int SCHEDULE = 2;

  /** The option that there are no attested transactions in the context. */
  public static final int NOT_ATTESTED = 1;

  /** The gas of a call where a context's creator names no other. */
  public static final long DEFAULT_GAS = 1_000_000_000;

  /** Limits without a schedule, as all were before there was metering. */
  private static final int FORMAT_UNMETERED = 1;

  private static final int FORMAT = 2;
  private static final int FORMAT_WITH_OPTIONS = 3;
  private static final int FORMAT_WITH_ORIGINS = 4;

  /** How many origins there may be, and how long each. */
  private static final int ORIGINS = 32;

  private static final int ORIGIN_LENGTH = 255;

  private static final Pattern ORIGIN =
      Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[1-9][0-9]{0,4})?");
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
          0,
          List.of());

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
          if (format(value) >= FORMAT_WITH_OPTIONS) {
            out.u32(value.options);
          }
          if (format(value) == FORMAT_WITH_ORIGINS) {
            out.u32(value.origins.size());
            value.origins.forEach(out::string);
          }
        }

        private static int format(final Limits value) {
          if (!value.origins.isEmpty()) {
            return FORMAT_WITH_ORIGINS;
          }
          if (value.options != 0) {
            return FORMAT_WITH_OPTIONS;
          }
          return value.schedule == UNMETERED ? FORMAT_UNMETERED : FORMAT;
        }

        @Override
        public Limits read(final BorshReader in) {
          final int format = in.u8();
          if (format != FORMAT_UNMETERED
              && format != FORMAT_WITH_OPTIONS
              && format != FORMAT_WITH_ORIGINS) {
            Formats.expect("limits", FORMAT, format);
          }
          final Limits read =
              new Limits(
                  in.u32(), in.u32(), in.u64(), in.u64(), in.u32(), in.u32(), in.u32(), in.u32(),
                  in.u32(), in.u32(), in.u32(), in.u32(), in.u64(), in.u32(), in.u64(), UNMETERED,
                  0, List.of());
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
          if (format == FORMAT_WITH_ORIGINS) {
            final Limits plain = read.metered(schedule, read.gas).withOptions(in.u32());
            final int count = in.u32();
            if (count < 1 || count > ORIGINS) {
              throw new MalformedException("limits with " + count + " origins");
            }
            final List<String> origins = new ArrayList<>();
            for (int i = 0; i < count; i++) {
              origins.add(in.string());
            }
            return plain.withOrigins(origins);
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
        0,
        List.of());
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
    origins = List.copyOf(origins);
    check(origins, options);
    if (options > NOT_ATTESTED) {
      throw new MalformedException("an unknown option of a context: " + options);
    }
  }

  private static void check(final List<String> origins, final int options) {
    if (origins.size() > ORIGINS || (!origins.isEmpty() && (options & NOT_ATTESTED) != 0)) {
      throw new MalformedException(
          "more than " + ORIGINS + " origins, or any where there are no attested transactions");
    }
    for (int i = 0; i < origins.size(); i++) {
      final String origin = origins.get(i);
      if (origin.length() > ORIGIN_LENGTH || !ORIGIN.matcher(origin).matches()) {
        throw new MalformedException("no origin, such as https://api.example.org: " + origin);
      }
      if (i > 0 && origins.get(i - 1).compareTo(origin) >= 0) {
        throw new MalformedException("origins that are not in their order");
      }
    }
  }

  /** The same limits, where calls may ask these outside, in any order. */
  public Limits withOrigins(final Collection<String> allowed) {
    return with(gas, schedule, options, List.copyOf(new TreeSet<>(allowed)));
  }

  /** The same limits with that much gas for a call. */
  public Limits withGas(final long amount) {
    return metered(schedule, amount);
  }

  /** The same limits, metered by that schedule with that much gas for a call. */
  public Limits metered(final int newSchedule, final long amount) {
    return with(amount, newSchedule, options, origins);
  }

  /** The same limits with these options and no others. */
  public Limits withOptions(final int newOptions) {
    return with(gas, schedule, newOptions, origins);
  }

  private Limits with(
      final long newGas,
      final int newSchedule,
      final int newOptions,
      final List<String> newOrigins) {
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
        newGas,
        newSchedule,
        newOptions,
        newOrigins);
  }

  /** Whether an attested transaction may rest on what that origin has answered. */
  public boolean mayAsk(final String origin) {
    return origins.contains(origin);
  }

  /** Whether there may be attested transactions. */
  public boolean attestable() {
    return (options & NOT_ATTESTED) == 0;
  }
}
