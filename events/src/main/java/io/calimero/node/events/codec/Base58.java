// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.codec;

import java.util.Arrays;

/** Base58 with the Bitcoin alphabet, the text form of every 32-byte identifier. */
public final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final int BASE = 58;
  private static final byte[] DIGITS = digits();

  private Base58() {}

  /** The base58 text of the bytes; each leading zero byte gives one leading {@code 1}. */
  public static String encode(final byte[] bytes) {
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
    }
    // log(256) / log(58) is below 1.38, so this many digits always suffice.
    final byte[] digits = new byte[(bytes.length - zeros) * 138 / 100 + 1];
    int length = 0;
    for (int i = zeros; i < bytes.length; i++) {
      int carry = bytes[i] & 0xff;
      int j = 0;
      while (carry != 0 || j < length) {
        carry += j < length ? digits[j] << 8 : 0;
        digits[j] = (byte) (carry % BASE);
        carry /= BASE;
        j++;
      }
      length = j;
    }
    final char[] text = new char[zeros + length];
    Arrays.fill(text, 0, zeros, ALPHABET.charAt(0));
    for (int i = 0; i < length; i++) {
      text[zeros + i] = ALPHABET.charAt(digits[length - 1 - i]);
    }
    return new String(text);
  }

  /**
   * The bytes behind a base58 text.
   *
   * @throws MalformedException if a character is not of the alphabet, or if the text is longer than
   *     {@code maxBytes} bytes could need
   */
  public static byte[] decode(final String text, final int maxBytes) {
    if (text.length() > maxBytes * 138L / 100 + 1) {
      throw new MalformedException("base58 text is too long");
    }
    int zeros = 0;
    while (zeros < text.length() && text.charAt(zeros) == ALPHABET.charAt(0)) {
      zeros++;
    }
    final byte[] bytes = new byte[text.length() + 1];
    int length = 0;
    for (int i = zeros; i < text.length(); i++) {
      int carry = digit(text.charAt(i));
      int j = 0;
      while (carry != 0 || j < length) {
        carry += j < length ? (bytes[j] & 0xff) * BASE : 0;
        bytes[j] = (byte) carry;
        carry >>>= 8;
        j++;
      }
      length = j;
    }
    if (zeros + length > maxBytes) {
      throw new MalformedException("base58 text is longer than " + maxBytes + " bytes");
    }
    final byte[] result = new byte[zeros + length];
    for (int i = 0; i < length; i++) {
      result[zeros + i] = bytes[length - 1 - i];
    }
    return result;
  }

  private static int digit(final char character) {
    final int digit = character < DIGITS.length ? DIGITS[character] : -1;
    if (digit < 0) {
      throw new MalformedException("invalid base58");
    }
    return digit;
  }

  private static byte[] digits() {
    final byte[] digits = new byte[128];
    Arrays.fill(digits, (byte) -1);
    for (int i = 0; i < BASE; i++) {
      digits[ALPHABET.charAt(i)] = (byte) i;
    }
    return digits;
  }
}
