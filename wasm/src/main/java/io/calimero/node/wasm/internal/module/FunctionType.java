// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.module;

import java.util.stream.Collectors;

/**
 * The type of a function, one letter for each value: {@code i} and {@code l} for 32 and 64 bit
 * integers, {@code f} and {@code d} for floats, {@code r} and {@code e} for references to functions
 * and to things of the host.
 *
 * @param parameters the parameters
 * @param results the results
 */
public record FunctionType(String parameters, String results) {
  /** What a method must have: no parameters, no results. */
  public static final FunctionType METHOD = new FunctionType("", "");

  /** A type of those letters. */
  public static FunctionType of(final String parameters, final String results) {
    return new FunctionType(parameters, results);
  }

  /** How a value of that letter's type is written in a module. */
  static int code(final char letter) {
    return switch (letter) {
      case 'i' -> 0x7f;
      case 'l' -> 0x7e;
      case 'f' -> 0x7d;
      case 'd' -> 0x7c;
      case 'r' -> 0x70;
      default -> 0x6f;
    };
  }

  /** Such as {@code (i64,i64)->i32}. */
  @Override
  public String toString() {
    return "("
        + names(parameters)
        + ")->"
        + (results.length() == 1 ? names(results) : "(" + names(results) + ")");
  }

  private static String names(final String letters) {
    return letters.chars().mapToObj(FunctionType::name).collect(Collectors.joining(","));
  }

  private static String name(final int letter) {
    return switch (letter) {
      case 'i' -> "i32";
      case 'l' -> "i64";
      case 'f' -> "f32";
      case 'd' -> "f64";
      default -> "ref";
    };
  }
}
