// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.codec.MalformedException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The forms that {@link JsonForm} puts together. */
final class JsonForms {
  /** What a double of JavaScript holds exactly. */
  private static final long EXACT = (1L << 53) - 1;

  static final JsonForm<Integer> INT =
      new Simple<>(
          new JsonObject().put("type", "integer"),
          value -> value,
          (json, where) -> Math.toIntExact(integer(json, where, Integer.MAX_VALUE)));
  static final JsonForm<Long> LONG =
      new Simple<>(
          new JsonObject().put("type", new JsonArray().add("integer").add("string")),
          value -> Math.abs(value) > EXACT ? Long.toString(value) : value,
          (json, where) -> integer(json, where, Long.MAX_VALUE));
  static final JsonForm<Boolean> BOOLEAN =
      new Simple<>(
          new JsonObject().put("type", "boolean"),
          value -> value,
          (json, where) -> expect(json, Boolean.class, where, "true or false"));
  static final JsonForm<String> STRING =
      new Simple<>(
          new JsonObject().put("type", "string"),
          value -> value,
          (json, where) -> expect(json, String.class, where, "a string"));
  static final JsonForm<Bytes> BYTES =
      new Simple<>(
          new JsonObject()
              .put("type", "string")
              .put("contentEncoding", "base64")
              .put("description", "In a request also an object or array: its JSON text in UTF-8."),
          value -> Base64.getEncoder().encodeToString(value.toByteArray()),
          JsonForms::bytes);

  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,19}");

  private JsonForms() {}

  static MalformedException wrong(final String where, final String what) {
    return new MalformedException(where + " must be " + what);
  }

  private static <T> T expect(
      final Object json, final Class<T> type, final String where, final String what) {
    if (!type.isInstance(json)) {
      throw wrong(where, what);
    }
    return type.cast(json);
  }

  private static long integer(final Object json, final String where, final long max) {
    try {
      final BigDecimal number =
          json instanceof String text && NUMBER.matcher(text).matches()
              ? new BigDecimal(text)
              : new BigDecimal(expect(json, Number.class, where, "an integer").toString());
      final long exact = number.longValueExact();
      if (exact > max || exact < -max) {
        throw wrong(where, "an integer of no more than " + max);
      }
      return exact;
    } catch (final ArithmeticException | NumberFormatException e) {
      throw wrong(where, "an integer");
    }
  }

  private static Bytes bytes(final Object json, final String where) {
    return switch (json) {
      case JsonObject object -> Bytes.utf8(object.encode());
      case JsonArray array -> Bytes.utf8(array.encode());
      case String text -> {
        try {
          yield Bytes.wrap(Base64.getDecoder().decode(text));
        } catch (final IllegalArgumentException e) {
          throw wrong(where, "base64, or an object or array whose JSON text is meant");
        }
      }
      default -> throw wrong(where, "base64, or an object or array whose JSON text is meant");
    };
  }

  /** A form of functions. */
  record Simple<T>(JsonObject schema, Write<T> writer, Read<T> reader) implements JsonForm<T> {
    interface Write<T> {
      Object write(T value);
    }

    interface Read<T> {
      T read(Object json, String where);
    }

    @Override
    public Object write(final T value) {
      return writer.write(value);
    }

    @Override
    public T read(final Object json, final String where) {
      return reader.read(json, where);
    }
  }

  /** Identifiers. */
  record TextForm(Method parse) implements JsonForm<Object> {
    @Override
    public Object write(final Object value) {
      return value.toString();
    }

    @Override
    public Object read(final Object json, final String where) {
      try {
        return parse.invoke(null, expect(json, String.class, where, "a base58 identifier"));
      } catch (final InvocationTargetException e) {
        throw wrong(where, "a base58 identifier of 32 bytes");
      } catch (final IllegalAccessException e) {
        throw new IllegalStateException("cannot call " + parse, e);
      }
    }

    @Override
    public JsonObject schema() {
      return new JsonObject()
          .put("type", "string")
          .put("title", parse.getDeclaringClass().getSimpleName())
          .put("pattern", "^[1-9A-HJ-NP-Za-km-z]{32,44}$");
    }
  }

  /** Constants by their names. */
  record EnumForm(List<Object> constants) implements JsonForm<Object> {
    @Override
    public Object write(final Object value) {
      return ((Enum<?>) value).name();
    }

    @Override
    public Object read(final Object json, final String where) {
      return constants.stream()
          .filter(constant -> ((Enum<?>) constant).name().equals(json))
          .findFirst()
          .orElseThrow(() -> wrong(where, "one of " + constants));
    }

    @Override
    public JsonObject schema() {
      return new JsonObject()
          .put("enum", new JsonArray(constants.stream().map(this::write).toList()));
    }
  }

  /** What may be missing. */
  record OptionalForm(JsonForm<Object> element) implements JsonForm<Object> {
    @Override
    public Object write(final Object value) {
      throw new IllegalStateException("what is missing is left out by the record around it");
    }

    @Override
    public Object read(final Object json, final String where) {
      return Optional.of(element.read(json, where));
    }

    @Override
    public JsonObject schema() {
      return element.schema();
    }
  }

  /** Lists. */
  record ListForm(JsonForm<Object> element) implements JsonForm<Object> {
    @Override
    public Object write(final Object value) {
      final JsonArray array = new JsonArray();
      ((List<?>) value).forEach(each -> array.add(element.write(each)));
      return array;
    }

    @Override
    public Object read(final Object json, final String where) {
      final JsonArray array = expect(json, JsonArray.class, where, "an array");
      final List<Object> list = new ArrayList<>(array.size());
      for (int i = 0; i < array.size(); i++) {
        final @Nullable Object value = array.getValue(i);
        if (value == null) {
          throw wrong(where + "[" + i + "]", "something");
        }
        list.add(element.read(value, where + "[" + i + "]"));
      }
      return List.copyOf(list);
    }

    @Override
    public JsonObject schema() {
      return new JsonObject().put("type", "array").put("items", element.schema());
    }
  }

  record Component(String name, Method accessor, JsonForm<Object> form) {
    boolean optional() {
      return accessor.getReturnType() == Optional.class;
    }

    String path(final String where) {
      return where.isEmpty() ? name : where + "." + name;
    }
  }

  /** Records. */
  record RecordForm(Class<?> type, List<Component> components) implements JsonForm<Object> {
    @Override
    public JsonObject write(final Object value) {
      final JsonObject json = new JsonObject();
      for (final Component component : components) {
        final Object part = part(component, value);
        if (component.form instanceof OptionalForm optional) {
          ((Optional<?>) part)
              .ifPresent(present -> json.put(component.name, optional.element.write(present)));
        } else {
          json.put(component.name, component.form.write(part));
        }
      }
      return json;
    }

    @Override
    public Object read(final Object json, final String where) {
      final JsonObject object =
          expect(json, JsonObject.class, where.isEmpty() ? "the message" : where, "an object");
      final Set<String> unknown = new HashSet<>(object.fieldNames());
      final Object[] values = new Object[components.size()];
      for (int i = 0; i < values.length; i++) {
        final Component component = components.get(i);
        unknown.remove(component.name);
        final @Nullable Object value = object.getValue(component.name);
        if (value != null) {
          values[i] = component.form.read(value, component.path(where));
        } else if (component.optional()) {
          values[i] = Optional.empty();
        } else {
          throw new MalformedException(component.path(where) + " is missing");
        }
      }
      if (!unknown.isEmpty()) {
        throw new MalformedException(
            "there is no field "
                + (where.isEmpty() ? "" : where + ".")
                + unknown.iterator().next());
      }
      return create(values);
    }

    private Object create(final Object[] values) {
      try {
        return canonical().newInstance(values);
      } catch (final InvocationTargetException e) {
        final Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        throw new MalformedException(String.valueOf(cause.getMessage()));
      } catch (final ReflectiveOperationException e) {
        throw new IllegalStateException("cannot make a " + type, e);
      }
    }

    private Constructor<?> canonical() throws NoSuchMethodException {
      return type.getDeclaredConstructor(
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new));
    }

    private static Object part(final Component component, final Object value) {
      try {
        return component.accessor.invoke(value);
      } catch (final IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot read " + component.accessor, e);
      }
    }

    @Override
    public JsonObject schema() {
      final JsonObject properties = new JsonObject();
      final JsonArray required = new JsonArray();
      for (final Component component : components) {
        properties.put(component.name, component.form.schema());
        if (!component.optional()) {
          required.add(component.name);
        }
      }
      final JsonObject schema =
          new JsonObject().put("type", "object").put("title", type.getSimpleName());
      if (!properties.isEmpty()) {
        schema.put("properties", properties);
      }
      return (required.isEmpty() ? schema : schema.put("required", required))
          .put("additionalProperties", false);
    }
  }

  /** Alternatives, told by the field {@code type}. */
  record SealedForm(List<RecordForm> permitted) implements JsonForm<Object> {
    private static final String TYPE = "type";

    @Override
    public Object write(final Object value) {
      final RecordForm form =
          permitted.stream().filter(each -> each.type.isInstance(value)).findFirst().orElseThrow();
      return new JsonObject().put(TYPE, form.type.getSimpleName()).mergeIn(form.write(value));
    }

    @Override
    public Object read(final Object json, final String where) {
      final JsonObject object = expect(json, JsonObject.class, where, "an object").copy();
      final @Nullable Object type = object.remove(TYPE);
      return permitted.stream()
          .filter(each -> each.type.getSimpleName().equals(type))
          .findFirst()
          .orElseThrow(
              () ->
                  wrong(
                      where + ".type",
                      "one of "
                          + permitted.stream().map(each -> each.type.getSimpleName()).toList()))
          .read(object, where);
    }

    @Override
    public JsonObject schema() {
      final JsonArray alternatives = new JsonArray();
      for (final RecordForm form : permitted) {
        final JsonObject schema = form.schema();
        final JsonObject properties =
            new JsonObject()
                .put(TYPE, new JsonObject().put("const", form.type.getSimpleName()))
                .mergeIn(schema.getJsonObject("properties", new JsonObject()));
        alternatives.add(
            schema
                .put("properties", properties)
                .put("required", new JsonArray().add(TYPE).addAll(required(schema))));
      }
      return new JsonObject().put("oneOf", alternatives);
    }

    private static JsonArray required(final JsonObject schema) {
      return schema.getJsonArray("required", new JsonArray());
    }
  }
}
