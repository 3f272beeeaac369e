// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.MalformedException;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Derives the JSON form of what travels on the bus, for services that are not of the JVM.
 *
 * <p>A record is an object with its components as fields; of a sealed interface, that object with
 * the record's name in {@code type}. An identifier is its base58 text. Bytes are base64; where an
 * object or an array stands instead of it, they are its JSON text in UTF-8. A number beyond 2^53 is
 * its decimal text, and every number may be one. What is optional may be missing or null. A field
 * that does not exist is a mistake, not something to overlook.
 *
 * @param <T> the type
 */
public interface JsonForm<T> {
  /** The JSON of a value: an object, an array, a string, a number or a boolean. */
  Object write(T value);

  /**
   * The value of a JSON.
   *
   * @param where the path to it, for messages
   * @throws MalformedException if it does not have this form
   */
  T read(Object json, String where);

  /** The JSON Schema (2020-12) of the form. */
  JsonObject schema();

  /**
   * The form of a record or a sealed interface of records.
   *
   * @throws IllegalArgumentException if a component has a type that this cannot derive
   */
  @SuppressWarnings("unchecked") // derive answers for the very type it is asked about
  static <T> JsonForm<T> of(final Class<T> type) {
    return (JsonForm<T>) derive(type);
  }

  private static JsonForm<?> derive(final Type type) {
    if (type instanceof ParameterizedType generic) {
      final JsonForm<Object> element = untyped(derive(generic.getActualTypeArguments()[0]));
      return generic.getRawType() == Optional.class
          ? new JsonForms.OptionalForm(element)
          : new JsonForms.ListForm(element);
    }
    if (type == int.class || type == long.class || type == Long.class) {
      return type == int.class ? JsonForms.INT : JsonForms.LONG;
    }
    if (type == boolean.class) {
      return JsonForms.BOOLEAN;
    }
    if (type == String.class) {
      return JsonForms.STRING;
    }
    if (type == Bytes.class) {
      return JsonForms.BYTES;
    }
    final Class<?> clazz = (Class<?>) type;
    final Optional<Method> parse = parser(clazz);
    if (parse.isPresent()) {
      return new JsonForms.TextForm(parse.get());
    }
    if (clazz.isEnum()) {
      return new JsonForms.EnumForm(List.of(clazz.getEnumConstants()));
    }
    if (clazz.isRecord()) {
      return new JsonForms.RecordForm(
          clazz,
          Arrays.stream(clazz.getRecordComponents())
              .map(
                  part ->
                      new JsonForms.Component(
                          part.getName(),
                          part.getAccessor(),
                          untyped(derive(part.getGenericType()))))
              .toList());
    }
    if (clazz.isSealed()) {
      return new JsonForms.SealedForm(
          Arrays.stream(clazz.getPermittedSubclasses())
              .map(permitted -> (JsonForms.RecordForm) derive(permitted))
              .toList());
    }
    throw new IllegalArgumentException("no JSON form can be derived for " + type);
  }

  private static Optional<Method> parser(final Class<?> type) {
    try {
      final Method method = type.getMethod("parse", String.class);
      return Modifier.isStatic(method.getModifiers()) && method.getReturnType() == type
          ? Optional.of(method)
          : Optional.empty();
    } catch (final NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("unchecked") // each form is only given values of the type it was made for
  private static JsonForm<Object> untyped(final JsonForm<?> form) {
    return (JsonForm<Object>) form;
  }
}
