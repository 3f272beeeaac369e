// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.execution.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.messages.ApplicationMessages.Callable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the description of a module says of its methods, as far as the node heeds it. A description
 * that cannot be read says nothing, and then every method may write.
 *
 * @param reading the methods that only read
 * @param callable the methods that other contexts may call
 */
record AbiMethods(List<String> reading, List<Callable> callable) {
  static final AbiMethods NONE = new AbiMethods(List.of(), List.of());

  private static final int METHODS = 10_000;
  private static final JsonFactory JSON = new JsonFactory();

  /** The methods of a description in JSON. */
  static AbiMethods of(final Bytes json) {
    final List<String> reading = new ArrayList<>();
    final List<Callable> callable = new ArrayList<>();
    try (JsonParser in = JSON.createParser(json.unsafeArray())) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        return NONE;
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        final boolean methods = in.currentName().equals("methods");
        if (in.nextToken() == JsonToken.START_ARRAY && methods) {
          methods(in, reading, callable);
        } else {
          in.skipChildren();
        }
      }
    } catch (final IOException e) {
      return NONE;
    }
    return new AbiMethods(List.copyOf(reading), List.copyOf(callable));
  }

  private static void methods(
      final JsonParser in, final List<String> reading, final List<Callable> callable)
      throws IOException {
    for (int count = 0; in.nextToken() == JsonToken.START_OBJECT; count++) {
      if (count == METHODS) {
        throw new IOException("too many methods");
      }
      String name = "";
      boolean reads = false;
      boolean called = false;
      boolean byAny = false;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        final String field = in.currentName();
        final JsonToken value = in.nextToken();
        switch (field) {
          case "name" -> name = in.getValueAsString("");
          case "intent" -> reads = "read_only".equals(in.getValueAsString());
          case "xcall_callable" -> called = value == JsonToken.VALUE_TRUE;
          case "xcall_callers" -> byAny = "any_in_namespace".equals(in.getValueAsString());
          default -> in.skipChildren();
        }
        if (value.isStructStart() && !in.currentToken().isStructEnd()) {
          in.skipChildren();
        }
      }
      if (reads) {
        reading.add(name);
      }
      if (called) {
        callable.add(new Callable(name, byAny));
      }
    }
  }
}
