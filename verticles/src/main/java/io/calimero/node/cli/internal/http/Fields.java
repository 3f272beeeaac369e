// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * The members of objects in answers, read forgivingly: what is missing, null or of another type
 * than expected leaves a gap in what is shown, and is no reason to show nothing.
 */
public final class Fields {
  private Fields() {}

  /** The value as text; empty if there is none. */
  public static String text(final JsonObject object, final String name) {
    final Object value = object.getValue(name);
    return value == null ? "" : value.toString();
  }

  /** The number; 0 if there is none. */
  public static long number(final JsonObject object, final String name) {
    return object.getValue(name) instanceof final Number number ? number.longValue() : 0;
  }

  /** Whether the value is {@code true}. */
  public static boolean flag(final JsonObject object, final String name) {
    return Boolean.TRUE.equals(object.getValue(name));
  }

  /** The object; an empty one if there is none. */
  public static JsonObject object(final JsonObject object, final String name) {
    return object.getValue(name) instanceof final JsonObject inner ? inner : new JsonObject();
  }

  /** The array; an empty one if there is none. */
  public static JsonArray array(final JsonObject object, final String name) {
    return object.getValue(name) instanceof final JsonArray array ? array : new JsonArray();
  }
}
