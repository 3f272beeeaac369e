// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.operation;

import io.calimero.node.events.NodeException;
import io.calimero.node.events.Problem;
import io.calimero.node.events.bus.BusObserver;
import io.calimero.node.events.bus.CommandTopic;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Says in the span of each command what it is about: {@code calimero.context}, {@code
 * calimero.method}, {@code calimero.position}, {@code calimero.transaction} and {@code
 * calimero.peer}, of whatever request and reply have of these; and {@code calimero.problem}, the
 * code, if it fails.
 */
final class SpanObserver implements BusObserver {
  private static final Set<String> TOLD =
      Set.of("context", "method", "position", "transaction", "peer");

  private final BusObserver rest;
  private final ClassValue<List<RecordComponent>> told =
      new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(final Class<?> type) {
          final List<RecordComponent> components = new ArrayList<>();
          if (type.isRecord()) {
            for (final RecordComponent component : type.getRecordComponents()) {
              if (TOLD.contains(component.getName())) {
                components.add(component);
              }
            }
          }
          return List.copyOf(components);
        }
      };

  /**
   * An observer.
   *
   * @param rest who is to see everything too
   */
  SpanObserver(final BusObserver rest) {
    this.rest = rest;
  }

  @Override
  public Witness witness(final CommandTopic<?, ?> topic) {
    // The one that Vert.x has begun for this message, if it is traced.
    final Span span = Span.current();
    if (!span.isRecording()) {
      return rest.witness(topic);
    }
    span.updateName(topic.address()); // every one would be called "send"
    return new SpanWitness(span);
  }

  @Override
  public void about(final String what, final String value) {
    Span.current().setAttribute("calimero." + what, value);
  }

  @Override
  public void begun(final CommandTopic<?, ?> topic) {
    rest.begun(topic);
  }

  @Override
  public void answered(final CommandTopic<?, ?> topic, final long nanos, final Object reply) {
    rest.answered(topic, nanos, reply);
  }

  @Override
  public void failed(final CommandTopic<?, ?> topic, final long nanos, final Problem problem) {
    rest.failed(topic, nanos, problem);
  }

  @Override
  public void refused(final CommandTopic<?, ?> topic) {
    rest.refused(topic);
  }

  @Override
  public void unanswered(final CommandTopic<?, ?> topic, final NodeException failure) {
    rest.unanswered(topic, failure);
  }

  private final class SpanWitness implements Witness {
    private final Span span;

    SpanWitness(final Span span) {
      this.span = span;
    }

    @Override
    public void asked(final Object request) {
      tell(request);
    }

    @Override
    public void answered(final Object reply) {
      tell(reply);
    }

    @Override
    public void failed(final Problem problem) {
      span.setAttribute("calimero.problem", problem.code().name());
      span.setStatus(StatusCode.ERROR, problem.message());
    }

    private void tell(final Object message) {
      for (final RecordComponent component : told.get(message.getClass())) {
        try {
          final Object value = component.getAccessor().invoke(message);
          if (value instanceof Long number) {
            span.setAttribute("calimero." + component.getName(), number);
          } else {
            span.setAttribute("calimero." + component.getName(), String.valueOf(value));
          }
        } catch (final ReflectiveOperationException e) {
          throw new IllegalStateException("a message that cannot be read", e);
        }
      }
    }
  }
}
