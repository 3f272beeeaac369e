// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.wire;

import io.calimero.node.libp2p.MalformedException;
import java.util.Arrays;

/** The two spellings of bytes that peer ids use: base58 (Bitcoin's alphabet) and base32. */
public final class BaseN {
  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

  /** Base58 takes quadratic time, so longer input is refused. */
  private static final int MAX_BASE58 = 1024;

  private BaseN() {}

  /** Spells {@code bytes} in base58. */
  public static String toBase58(final byte[] bytes) {
    if (bytes.length > MAX_BASE58) {
      throw new IllegalArgumentException("Too long for base58: " + bytes.length + " bytes");
    }
    int zeros = 0;
    while (zeros < bytes.length && bytes[zeros] == 0) {
      zeros++;
    }
    final byte[] number = bytes.clone();
    final StringBuilder reversed = new StringBuilder(bytes.length * 2);
    for (int start = zeros; start < number.length; ) {
      reversed.append(BASE58.charAt(divide(number, start, 256, 58)));
      if (number[start] == 0) {
        start++;
      }
    }
    reversed.append("1".repeat(zeros));
    return reversed.reverse().toString();
  }

  /**
   * Reads base58.
   *
   * @throws MalformedException if a character is not of the alphabet or the text is absurdly long
   */
  public static byte[] fromBase58(final String text) {
    if (text.length() > MAX_BASE58) {
      throw new MalformedException("Too long for base58: " + text.length() + " characters");
    }
    final byte[] digits = new byte[text.length()];
    for (int i = 0; i < digits.length; i++) {
      digits[i] = (byte) digit(BASE58, text.charAt(i));
    }
    int zeros = 0;
    while (zeros < digits.length && digits[zeros] == 0) {
      zeros++;
    }
    final byte[] out = new byte[text.length()];
    int at = out.length;
    for (int start = zeros; start < digits.length; ) {
      at--;
      out[at] = (byte) divide(digits, start, 58, 256);
      if (digits[start] == 0) {
        start++;
      }
    }
    while (at < out.length && out[at] == 0) {
      at++;
    }
    return Arrays.copyOfRange(out, at - zeros, out.length);
  }

  /** Spells {@code bytes} in lower-case base32 (RFC 4648) without padding. */
  public static String toBase32(final byte[] bytes) {
    final StringBuilder text = new StringBuilder((bytes.length * 8 + 4) / 5);
    int bits = 0;
    int buffer = 0;
    for (final byte next : bytes) {
      buffer = (buffer << 8) | (next & 0xff);
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(BASE32.charAt((buffer >>> bits) & 31));
      }
    }
    if (bits > 0) {
      text.append(BASE32.charAt((buffer << (5 - bits)) & 31));
    }
    return text.toString();
  }

  /**
   * Reads lower-case base32 without padding.
   *
   * @throws MalformedException if a character is not of the alphabet or bits are left over
   */
  public static byte[] fromBase32(final String text) {
    final byte[] out = new byte[text.length() * 5 / 8];
    int bits = 0;
    int buffer = 0;
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      buffer = (buffer << 5) | digit(BASE32, text.charAt(i));
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        out[at++] = (byte) (buffer >>> bits);
      }
    }
    if (bits >= 5 || (buffer & ((1 << bits) - 1)) != 0) {
      throw new MalformedException("Base32 text has bits left over");
    }
    return out;
  }

  private static int digit(final String alphabet, final char character) {
    final int digit = alphabet.indexOf(character);
    if (digit < 0) {
      throw new MalformedException("Not a digit of base " + alphabet.length() + ": " + character);
    }
    return digit;
  }

  /**
   * Divides the big-endian {@code number} from {@code start} on in place; returns the remainder.
   */
  private static int divide(
      final byte[] number, final int start, final int base, final int divisor) {
    int remainder = 0;
    for (int i = start; i < number.length; i++) {
      final int value = remainder * base + (number[i] & 0xff);
      number[i] = (byte) (value / divisor);
      remainder = value % divisor;
    }
    return remainder;
  }
}
