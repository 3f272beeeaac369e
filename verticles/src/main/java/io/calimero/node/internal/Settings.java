// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.internal;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Settings of several sources, the later ones stronger, read as the types they should have.
 *
 * <p>Mistakes do not throw: they gather, each with the name of its source, so that all of them can
 * be told at once.
 */
public final class Settings {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*(B|KiB|MiB|GiB)?");
  private static final Pattern TIME = Pattern.compile("(\\d{1,12})\\s*(ms|s|min|h)");
  private static final Map<String, Long> SIZE_UNITS =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);
  private static final Map<String, Long> TIME_UNITS =
      Map.of("ms", 1L, "s", 1000L, "min", 60_000L, "h", 3_600_000L);

  private final Map<String, Value> values = new TreeMap<>();
  private final List<String> mistakes = new ArrayList<>();

  private record Value(String text, String source) {}

  /**
   * Adds the defaults. Only what has a default is a setting.
   *
   * @param source what to call them in messages
   */
  public void defaults(final String source, final Map<String, String> defaults) {
    defaults.forEach((key, text) -> values.put(key, new Value(text, source)));
  }

  /** Adds settings that win over those added before. */
  public void add(final String source, final Map<String, String> settings) {
    new TreeMap<>(settings)
        .forEach(
            (key, text) -> {
              if (values.containsKey(key)) {
                values.put(key, new Value(text, source));
              } else {
                mistakes.add(source + ": there is no setting " + key + suggestion(key));
              }
            });
  }

  /** The settings' names, in order. */
  public List<String> names() {
    return List.copyOf(values.keySet());
  }

  /** A number within bounds. */
  public int number(final String key, final int min, final int max) {
    return (int) bounded(key, parseLong(value(key).text), min, max, "a number");
  }

  /** A number within bounds that may be large. */
  public long amount(final String key, final long min, final long max) {
    return bounded(key, parseLong(value(key).text), min, max, "a number");
  }

  /** A length in bytes within bounds, such as {@code 64MiB}. */
  public long size(final String key, final long min, final long max) {
    return bounded(
        key, measured(SIZE, SIZE_UNITS, value(key).text), min, max, "a size such as 16MiB");
  }

  /** A time within bounds, such as {@code 10s}. */
  public Duration time(final String key, final Duration min, final Duration max) {
    return Duration.ofMillis(
        bounded(
            key,
            measured(TIME, TIME_UNITS, value(key).text),
            min.toMillis(),
            max.toMillis(),
            "a time such as 10s"));
  }

  /** Yes or no. */
  public boolean flag(final String key) {
    final String text = value(key).text;
    if (!text.equals("true") && !text.equals("false")) {
      mistake(key, "must be true or false");
    }
    return text.equals("true");
  }

  /** One of the constants of an enumeration, in lower case. */
  public <E extends Enum<E>> E choice(final String key, final Class<E> type) {
    return choice(key, value(key).text.strip(), type);
  }

  /** Some of the constants of an enumeration, at least one. */
  public <E extends Enum<E>> Set<E> choices(final String key, final Class<E> type) {
    final Set<E> chosen = EnumSet.noneOf(type);
    list(key).forEach(text -> chosen.add(choice(key, text, type)));
    if (chosen.isEmpty()) {
      mistake(key, "must name at least one of " + names(type));
    }
    return chosen;
  }

  private <E extends Enum<E>> E choice(final String key, final String text, final Class<E> type) {
    final E[] constants = type.getEnumConstants();
    for (final E constant : constants) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    mistake(key, "must be one of " + names(type));
    return constants[0];
  }

  private static <E extends Enum<E>> String names(final Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  /** Text that is not empty. */
  public String text(final String key) {
    final String text = value(key).text.strip();
    if (text.isEmpty()) {
      mistake(key, "must not be empty");
    }
    return text;
  }

  /** Text that may be empty. */
  public String optionalText(final String key) {
    return value(key).text.strip();
  }

  /** Text, or nothing if it is empty. */
  public Optional<String> optional(final String key) {
    return Optional.of(optionalText(key)).filter(text -> !text.isEmpty());
  }

  /** Texts: a list, or one text with commas between them. Empty ones do not count. */
  public List<String> list(final String key) {
    final String text = value(key).text.strip();
    final List<String> texts = new ArrayList<>();
    if (text.startsWith("[")) {
      try {
        new JsonArray(text).forEach(element -> texts.add(String.valueOf(element).strip()));
      } catch (final DecodeException e) {
        mistake(key, "must be a list");
      }
    } else {
      Arrays.stream(text.split(",", -1)).map(String::strip).forEach(texts::add);
    }
    return texts.stream().filter(element -> !element.isEmpty()).toList();
  }

  /** Remembers a mistake in a setting. */
  public void mistake(final String key, final String what) {
    final Value value = value(key);
    mistakes.add(value.source + ": " + key + " " + what + ", not " + quoted(value.text));
  }

  /** Remembers a mistake that is in no single setting. */
  public void mistake(final String what) {
    mistakes.add(what);
  }

  /** Everything that is wrong. */
  public List<String> mistakes() {
    return List.copyOf(mistakes);
  }

  private Value value(final String key) {
    final Value value = values.get(key);
    if (value == null) {
      throw new IllegalStateException("the setting " + key + " has no default");
    }
    return value;
  }

  private long bounded(
      final String key,
      final Optional<Long> parsed,
      final long min,
      final long max,
      final String kind) {
    if (parsed.isEmpty()) {
      mistake(key, "must be " + kind);
      return min;
    }
    if (parsed.get() < min || parsed.get() > max) {
      mistake(key, "must be between " + min + " and " + max);
      return min;
    }
    return parsed.get();
  }

  private static Optional<Long> parseLong(final String text) {
    try {
      return Optional.of(Long.parseLong(text.strip()));
    } catch (final NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> measured(
      final Pattern pattern, final Map<String, Long> units, final String text) {
    final Matcher matcher = pattern.matcher(text.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    final long unit = matcher.group(2) == null ? 1 : units.getOrDefault(matcher.group(2), 1L);
    return Optional.of(
        Math.multiplyHigh(Long.parseLong(matcher.group(1)), unit) == 0
            ? Long.parseLong(matcher.group(1)) * unit
            : Long.MAX_VALUE);
  }

  private String suggestion(final String unknown) {
    return values.keySet().stream()
        .min(Comparator.comparingInt(known -> Distance.of(known, unknown)))
        .filter(nearest -> Distance.of(nearest, unknown) <= 3)
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse("");
  }

  private static String quoted(final String text) {
    return "\"" + (text.length() > 60 ? text.substring(0, 60) + "…" : text) + "\"";
  }
}
