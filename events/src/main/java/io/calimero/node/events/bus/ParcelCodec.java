// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events.bus;

import io.calimero.node.events.Problem;
import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.MalformedException;
import io.calimero.node.events.codec.RecordCodec;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.HashMap;
import java.util.Map;

/**
 * Carries parcels: by reference within the JVM, as borsh to another.
 *
 * <p>Wire form: the length of what follows (u32, little-endian); the topic (string); 0 for a
 * message, 1 for a reply, 2 for a failure; the body by the topic's codec.
 */
final class ParcelCodec implements MessageCodec<Parcel, Parcel> {
  static final String NAME = "calimero";

  private static final Codec<Problem> PROBLEM = RecordCodec.of(Problem.class);

  private final Map<String, Wire> wires = new HashMap<>();

  private record Wire(Scope scope, Codec<?> message, Codec<?> reply) {}

  ParcelCodec() {
    Topics.commands()
        .forEach(
            topic ->
                wires.put(
                    topic.address(),
                    new Wire(topic.scope(), topic.requestCodec(), topic.replyCodec())));
    Topics.events()
        .forEach(
            topic -> wires.put(topic.address(), new Wire(topic.scope(), topic.codec(), PROBLEM)));
  }

  @Override
  public Parcel transform(final Parcel parcel) {
    return parcel;
  }

  @Override
  public void encodeToWire(final Buffer buffer, final Parcel parcel) {
    final Wire wire = wire(parcel.topic());
    final BorshWriter out = new BorshWriter().string(parcel.topic());
    switch (parcel.content()) {
      case Parcel.Message message -> write(out.u8(0), wire.message, message.body());
      case Parcel.Reply reply -> write(out.u8(1), wire.reply, reply.body());
      case Parcel.Failure failure -> out.u8(2).value(PROBLEM, failure.problem());
    }
    final byte[] bytes = out.toByteArray();
    buffer.appendIntLE(bytes.length).appendBytes(bytes);
  }

  @Override
  public Parcel decodeFromWire(final int position, final Buffer buffer) {
    final int length = buffer.getIntLE(position);
    final int start = position + Integer.BYTES;
    final BorshReader in = new BorshReader(buffer.getBytes(start, start + length));
    final String topic = in.string();
    final Wire wire = wire(topic);
    final int tag = in.u8();
    final Parcel.Content content =
        switch (tag) {
          case 0 -> new Parcel.Message(in.value(wire.message));
          case 1 -> new Parcel.Reply(in.value(wire.reply));
          case 2 -> new Parcel.Failure(in.value(PROBLEM));
          default -> throw new MalformedException("a parcel of an unknown kind: " + tag);
        };
    in.expectEnd();
    return new Parcel(topic, content);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }

  private Wire wire(final String topic) {
    final Wire wire = wires.get(topic);
    if (wire == null) {
      throw new MalformedException("an unknown topic: " + topic);
    }
    if (wire.scope != Scope.CLUSTER) {
      throw new IllegalStateException(topic + " must not leave the JVM");
    }
    return wire;
  }

  @SuppressWarnings("unchecked") // the bus pairs each topic with bodies of its types
  private static void write(final BorshWriter out, final Codec<?> codec, final Object body) {
    ((Codec<Object>) codec).write(out, body);
  }
}
