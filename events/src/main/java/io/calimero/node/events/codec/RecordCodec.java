// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.codec;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Derives the borsh form of records, as borsh libraries elsewhere derive it: the components in
 * their order; of a sealed interface one byte that counts the permitted records in their order,
 * then that record. A type with a public constant {@code CODEC} is written by it.
 *
 * <p>Meant for messages on the bus. What is hashed, signed or stored spells its codec out.
 */
public final class RecordCodec {
  private static final Codec<Integer> INT = of(BorshWriter::u32, BorshReader::u32);
  private static final Codec<Long> LONG = of(BorshWriter::u64, BorshReader::u64);
  private static final Codec<Boolean> BOOLEAN = of(BorshWriter::bool, BorshReader::bool);

  private RecordCodec() {}

  /**
   * The codec of a record or a sealed interface of records.
   *
   * @throws IllegalArgumentException if a component has a type that this cannot derive
   */
  @SuppressWarnings("unchecked") // codecOf answers for the very type it is asked about
  public static <T> Codec<T> of(final Class<T> type) {
    return (Codec<T>) codecOf(type);
  }

  private static Codec<?> codecOf(final Type type) {
    if (type instanceof ParameterizedType generic) {
      final Codec<?> element = codecOf(generic.getActualTypeArguments()[0]);
      if (generic.getRawType() == Optional.class) {
        return optional(element);
      }
      if (generic.getRawType() == List.class) {
        return list(element);
      }
    }
    if (type == int.class) {
      return INT;
    }
    if (type == long.class) {
      return LONG;
    }
    if (type == boolean.class) {
      return BOOLEAN;
    }
    if (type == String.class) {
      return Codecs.STRING;
    }
    if (type == Bytes.class) {
      return Codecs.BYTES;
    }
    if (type == Hash.class) {
      return Hash.CODEC;
    }
    if (type instanceof Class<?> clazz) {
      return codecOfClass(clazz);
    }
    throw new IllegalArgumentException("no borsh form can be derived for " + type);
  }

  private static Codec<?> codecOfClass(final Class<?> type) {
    final Optional<Codec<?>> declared = declared(type);
    if (declared.isPresent()) {
      return declared.get();
    }
    if (type.isEnum()) {
      return alternatives(type.getEnumConstants());
    }
    if (type.isRecord()) {
      return record(type);
    }
    if (type.isSealed()) {
      return sealed(type);
    }
    throw new IllegalArgumentException("no borsh form can be derived for " + type);
  }

  private static Optional<Codec<?>> declared(final Class<?> type) {
    try {
      final Field field = type.getField("CODEC");
      return field.getDeclaringClass() == type
          ? Optional.of((Codec<?>) field.get(null))
          : Optional.empty();
    } catch (final NoSuchFieldException e) {
      return Optional.empty();
    } catch (final IllegalAccessException e) {
      throw new IllegalArgumentException("the codec of " + type + " is out of reach", e);
    }
  }

  private static Codec<Object> record(final Class<?> type) {
    final List<Component> components =
        Arrays.stream(type.getRecordComponents())
            .map(c -> new Component(c.getAccessor(), untyped(codecOf(c.getGenericType()))))
            .toList();
    final Constructor<?> constructor = canonical(type);
    return of(
        (out, value) -> {
          for (final Component component : components) {
            component.codec.write(out, get(component.accessor, value));
          }
        },
        in -> {
          final Object[] values = new Object[components.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = components.get(i).codec.read(in);
          }
          return create(constructor, values);
        });
  }

  private static Constructor<?> canonical(final Class<?> type) {
    try {
      return type.getDeclaredConstructor(
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new));
    } catch (final NoSuchMethodException e) {
      throw new IllegalArgumentException("no constructor of all components in " + type, e);
    }
  }

  private record Component(Method accessor, Codec<Object> codec) {}

  private static Codec<Object> sealed(final Class<?> type) {
    final List<Class<?>> permitted = Arrays.asList(type.getPermittedSubclasses());
    final List<Codec<Object>> codecs =
        permitted.stream().map(alternative -> untyped(codecOfClass(alternative))).toList();
    return of(
        (out, value) -> {
          final int tag = permitted.indexOf(value.getClass());
          out.u8(tag);
          codecs.get(tag).write(out, value);
        },
        in -> codecs.get(tag(in, codecs.size())).read(in));
  }

  @SuppressWarnings("unchecked") // each codec is only given values of the type it was made for
  private static Codec<Object> untyped(final Codec<?> codec) {
    return (Codec<Object>) codec;
  }

  private static Codec<Object> alternatives(final Object[] constants) {
    final List<Object> order = List.of(constants);
    return of(
        (out, value) -> out.u8(order.indexOf(value)), in -> order.get(tag(in, constants.length)));
  }

  private static int tag(final BorshReader in, final int alternatives) {
    final int tag = in.u8();
    if (tag >= alternatives) {
      throw new MalformedException("an unknown alternative: " + tag);
    }
    return tag;
  }

  private static <T> Codec<Optional<T>> optional(final Codec<T> element) {
    return of((out, value) -> out.option(value, element), in -> in.option(element));
  }

  private static <T> Codec<List<T>> list(final Codec<T> element) {
    return of((out, value) -> out.list(value, element), in -> in.list(element));
  }

  private static Object get(final Method accessor, final Object value) {
    try {
      return accessor.invoke(value);
    } catch (final IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("cannot read " + accessor, e);
    }
  }

  private static Object create(final Constructor<?> constructor, final Object[] values) {
    try {
      return constructor.newInstance(values);
    } catch (final InvocationTargetException e) {
      if (e.getCause() instanceof MalformedException malformed) {
        throw malformed;
      }
      throw new IllegalStateException("cannot make a " + constructor.getDeclaringClass(), e);
    } catch (final InstantiationException | IllegalAccessException e) {
      throw new IllegalStateException("cannot make a " + constructor.getDeclaringClass(), e);
    }
  }

  private static <T> Codec<T> of(final Write<T> write, final Read<T> read) {
    return new Codec<>() {
      @Override
      public void write(final BorshWriter out, final T value) {
        write.write(out, value);
      }

      @Override
      public T read(final BorshReader in) {
        return read.read(in);
      }
    };
  }

  private interface Write<T> {
    void write(BorshWriter out, T value);
  }

  private interface Read<T> {
    T read(BorshReader in);
  }
}
