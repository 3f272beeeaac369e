// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm;

import io.calimero.node.events.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Host calls for a guest to make, in the form that {@code guests/script-*.wat} reads. Written once
 * for both shapes: ranges become two arguments in one and the address of a descriptor in the other.
 */
final class Script {
  /** Where the guest stores what the calls returned. */
  static final long RESULTS = 1_048_576;

  private static final long DATA = 65_544;
  private static final List<String> OPERATIONS =
      List.of(
          "end",
          "panic",
          "panic_utf8",
          "register_len",
          "read_register",
          "context_id",
          "executor_id",
          "input",
          "value_return",
          "log_utf8",
          "emit",
          "commit",
          "storage_read",
          "storage_write",
          "storage_remove",
          "random_bytes",
          "time_now",
          "memory_grow",
          "memory_size",
          "unreachable",
          "load8",
          "account_id",
          "device_id",
          "get_executor_identity",
          "xcall_origin",
          "ed25519_verify",
          "emit_with_handler",
          "emit_migration_witness",
          "storage_index_set",
          "storage_index_remove",
          "storage_index_remove_prefix",
          "storage_index_scan",
          "storage_index_last",
          "storage_index_meta_set",
          "storage_index_meta_get",
          "storage_index_meta_clear",
          "private_storage_read",
          "private_storage_write",
          "private_storage_remove",
          "blob_create",
          "blob_open",
          "blob_read",
          "blob_write",
          "blob_close",
          "blob_announce_to_context",
          "context_add_member",
          "context_remove_member",
          "context_is_member",
          "context_members",
          "context_create",
          "context_delete",
          "context_resolve_alias",
          "xcall",
          "send_proposal",
          "approve_proposal",
          "fetch",
          "persist_root_state",
          "read_root_state",
          "apply_storage_delta",
          "flush_delta",
          "js_crdt_map_new",
          "js_crdt_map_get",
          "js_crdt_map_insert",
          "js_crdt_map_remove",
          "js_crdt_map_contains",
          "js_crdt_map_iter",
          "js_crdt_vector_new",
          "js_crdt_vector_len",
          "js_crdt_vector_push",
          "js_crdt_vector_get",
          "js_crdt_vector_pop",
          "js_crdt_set_new",
          "js_crdt_set_insert",
          "js_crdt_set_contains",
          "js_crdt_set_remove",
          "js_crdt_set_len",
          "js_crdt_set_iter",
          "js_crdt_set_clear",
          "js_crdt_lww_new",
          "js_crdt_lww_set",
          "js_crdt_lww_get",
          "js_crdt_lww_timestamp",
          "js_crdt_counter_new",
          "js_crdt_counter_increment",
          "js_crdt_counter_value",
          "js_crdt_counter_get_executor_count",
          "js_user_storage_new",
          "js_user_storage_insert",
          "js_user_storage_get",
          "js_user_storage_get_for_user",
          "js_user_storage_remove",
          "js_user_storage_contains",
          "js_user_storage_contains_user",
          "js_frozen_storage_new",
          "js_frozen_storage_add",
          "js_frozen_storage_get",
          "js_frozen_storage_contains");

  private final AbiGeneration shape;
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private final List<long[]> instructions = new ArrayList<>();

  Script(final AbiGeneration shape) {
    this.shape = shape;
  }

  AbiGeneration shape() {
    return shape;
  }

  /** A range of the guest's memory. */
  record Range(long address, long length) {}

  Range bytes(final byte[] content) {
    final long address = DATA + data.size();
    data.writeBytes(content);
    return new Range(address, content.length);
  }

  Range text(final String content) {
    return bytes(content.getBytes(StandardCharsets.UTF_8));
  }

  /** Room of that size. */
  Range room(final int length) {
    return bytes(new byte[length]);
  }

  /**
   * Adds a call. Arguments are {@link Range}s, numbers, and for a place in a source {@link Place}.
   */
  Script call(final String operation, final Object... arguments) {
    final List<Long> numbers = new ArrayList<>();
    numbers.add((long) OPERATIONS.indexOf(operation));
    final boolean structure =
        shape == AbiGeneration.REF
            && (operation.equals("emit") || operation.equals("value_return"));
    if (structure) {
      final ByteBuffer out = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
      for (final Object argument : arguments) {
        if (argument instanceof Range range) {
          out.putLong(range.address()).putLong(range.length());
        } else {
          out.putLong(((Number) argument).longValue());
        }
      }
      numbers.add(bytes(out.array()).address());
    } else {
      for (final Object argument : arguments) {
        add(numbers, argument);
      }
    }
    return raw(numbers.stream().mapToLong(Long::longValue).toArray());
  }

  /** Adds an instruction of exactly those numbers, the first naming the operation. */
  Script raw(final long... numbers) {
    instructions.add(numbers);
    return this;
  }

  static long operation(final String name) {
    return OPERATIONS.indexOf(name);
  }

  /** Ends with the return of so many results. */
  Script returnResults(final int count) {
    return call("value_return", 0, new Range(RESULTS, count * 8L));
  }

  /** Where in a source a guest panics. */
  record Place(Range file, int line, int column) {}

  private void add(final List<Long> numbers, final Object argument) {
    switch (argument) {
      case Range range -> {
        if (shape == AbiGeneration.REF) {
          numbers.add(descriptor(range.address(), range.length()));
        } else {
          numbers.add(range.address());
          numbers.add(range.length());
        }
      }
      case Place place -> {
        if (shape == AbiGeneration.REF) {
          numbers.add(
              descriptor(
                  place.file().address(),
                  place.file().length(),
                  Integer.toUnsignedLong(place.line()) | (long) place.column() << 32));
        } else {
          numbers.add(place.file().address());
          numbers.add(place.file().length());
          numbers.add((long) place.line());
          numbers.add((long) place.column());
        }
      }
      case Number number -> numbers.add(number.longValue());
      default -> throw new IllegalArgumentException(argument.toString());
    }
  }

  private long descriptor(final long... numbers) {
    final ByteBuffer out = ByteBuffer.allocate(numbers.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (final long number : numbers) {
      out.putLong(number);
    }
    return bytes(out.array()).address();
  }

  /** The script as the input of a call. */
  Bytes toInput() {
    final ByteBuffer out =
        ByteBuffer.allocate(8 + data.size() + 64 * (instructions.size() + 1))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(data.size()).put(data.toByteArray());
    for (final long[] numbers : instructions) {
      final int begin = out.position();
      for (final long number : numbers) {
        out.putLong(number);
      }
      out.position(begin + 64);
    }
    return Bytes.wrap(out.array());
  }
}
