// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.cli.internal.http;

import io.calimero.node.cli.internal.terminal.Failure;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node answered to a request that it carried out.
 *
 * @param body the JSON text as it came
 */
public record Answer(String body) {
  /**
   * The object that the answer carries in its {@code data}, or the answer itself where it is not
   * wrapped.
   *
   * @throws Failure if the answer has another shape
   */
  public JsonObject data() {
    try {
      final JsonObject answer = new JsonObject(body);
      return answer.getValue("data") instanceof final JsonObject data ? data : answer;
    } catch (final DecodeException e) {
      throw unexpected().because(e);
    }
  }

  /**
   * The text that the answer carries in its {@code data}.
   *
   * @throws Failure if it carries something else
   */
  public String text() {
    try {
      if (new JsonObject(body).getValue("data") instanceof final String text) {
        return text;
      }
    } catch (final DecodeException e) {
      throw unexpected().because(e);
    }
    throw unexpected();
  }

  /**
   * The text under this name.
   *
   * @throws Failure if there is none
   */
  public String text(final String name) {
    if (data().getValue(name) instanceof final String text) {
      return text;
    }
    throw unexpected();
  }

  /**
   * The objects in the array under this name.
   *
   * @throws Failure if there is no such array
   */
  public List<JsonObject> objects(final String name) {
    final List<JsonObject> objects = new ArrayList<>();
    for (final Object element : array(name)) {
      if (!(element instanceof final JsonObject object)) {
        throw unexpected();
      }
      objects.add(object);
    }
    return objects;
  }

  /**
   * The texts in the array under this name.
   *
   * @throws Failure if there is no such array
   */
  public List<String> texts(final String name) {
    final List<String> texts = new ArrayList<>();
    for (final Object element : array(name)) {
      texts.add(String.valueOf(element));
    }
    return texts;
  }

  /** The answer is not one that a node of this kind gives. */
  public Failure unexpected() {
    return Failure.failed("the answer is not what a Calimero node answers")
        .hint("Is the address really that of a node? --json shows the answer as it came.")
        .answer(body);
  }

  private JsonArray array(final String name) {
    if (data().getValue(name) instanceof final JsonArray array) {
      return array;
    }
    throw unexpected();
  }
}
