// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.codec;

/**
 * How values of one type are written as borsh and read back.
 *
 * @param <T> the type of the values
 */
public interface Codec<T> {

  /** Appends the value. */
  void write(BorshWriter out, T value);

  /**
   * Reads one value.
   *
   * @throws MalformedException if the bytes are not a value of the type
   */
  T read(BorshReader in);

  /** The value as bytes of its own. */
  default byte[] encode(final T value) {
    final BorshWriter out = new BorshWriter();
    write(out, value);
    return out.toByteArray();
  }

  /**
   * The value of which the bytes are the whole encoding.
   *
   * @throws MalformedException if they are not, or if bytes remain
   */
  default T decode(final byte[] bytes) {
    final BorshReader in = new BorshReader(bytes);
    final T value = read(in);
    in.expectEnd();
    return value;
  }
}
