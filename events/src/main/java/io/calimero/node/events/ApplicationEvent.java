// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.events;

import io.calimero.node.events.codec.BorshReader;
import io.calimero.node.events.codec.BorshWriter;
import io.calimero.node.events.codec.Codec;
import io.calimero.node.events.codec.Codecs;
import java.util.Optional;

/**
 * An event that an application emitted.
 *
 * @param kind its name
 * @param data its content, usually JSON
 * @param handler the method that receivers are asked to run, if any
 */
public record ApplicationEvent(String kind, Bytes data, Optional<String> handler) {
  /** Kind, data, handler. */
  public static final Codec<ApplicationEvent> CODEC =
      new Codec<>() {
        @Override
        public void write(final BorshWriter out, final ApplicationEvent value) {
          out.string(value.kind).bytes(value.data).option(value.handler, Codecs.STRING);
        }

        @Override
        public ApplicationEvent read(final BorshReader in) {
          return new ApplicationEvent(in.string(), in.bytes(), in.option(Codecs.STRING));
        }
      };
}
