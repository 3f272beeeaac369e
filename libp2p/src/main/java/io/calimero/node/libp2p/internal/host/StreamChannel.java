// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.host;

import io.calimero.node.libp2p.Multiaddr;
import io.calimero.node.libp2p.Stream;
import io.calimero.node.libp2p.internal.async.Futures;
import io.calimero.node.libp2p.internal.relay.Circuit;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;

/**
 * A channel over the stream of a circuit, so that what is made of a raw connection can be made of a
 * circuit too. The stream's own pace is kept in both directions: nothing is read before what came
 * before was taken, and one write waits for the other.
 */
final class StreamChannel extends AbstractChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false);
  private static final int MAX_WRITE = 64 << 10;

  private final Stream stream;
  private final Address remote;
  private final Address local;
  private final boolean limited;
  private final DefaultChannelConfig config;
  private volatile boolean open = true;
  private boolean reading;
  private boolean writing;

  /** A socket's address that is a multiaddr. */
  static final class Address extends SocketAddress {
    private static final long serialVersionUID = 1L;
    private final transient Multiaddr address;

    Address(final Multiaddr address) {
      this.address = address;
    }

    Multiaddr multiaddr() {
      return address;
    }

    @Override
    public String toString() {
      return address.toString();
    }
  }

  StreamChannel(final Circuit circuit) {
    super(null);
    stream = circuit.stream();
    remote = new Address(circuit.address());
    local = new Address(stream.connection().localAddress());
    limited = circuit.limit().isPresent();
    config = new DefaultChannelConfig(this);
    config.setWriteBufferWaterMark(TcpTransport.WATER);
  }

  /** Whether the relay limits the circuit. */
  boolean limited() {
    return limited;
  }

  @Override
  protected void doBeginRead() {
    if (reading || !open) {
      return;
    }
    reading = true;
    Futures.ignore(
        stream
            .read()
            .whenComplete(
                (bytes, failure) -> later(() -> arrived(failure == null ? bytes : new byte[0]))));
  }

  private void arrived(final byte[] bytes) {
    reading = false;
    if (!open) {
      return;
    }
    if (bytes.length == 0) {
      unsafe().close(voidPromise());
    } else {
      pipeline().fireChannelRead(Unpooled.wrappedBuffer(bytes));
      pipeline().fireChannelReadComplete();
    }
  }

  @Override
  protected void doWrite(final ChannelOutboundBuffer out) throws Exception {
    if (writing) {
      return;
    }
    final ByteBuf batch = Unpooled.buffer();
    final int[] count = {0};
    out.forEachFlushedMessage(
        message -> {
          final ByteBuf part = (ByteBuf) message;
          if (count[0] > 0 && batch.readableBytes() + part.readableBytes() > MAX_WRITE) {
            return false;
          }
          batch.writeBytes(part, part.readerIndex(), part.readableBytes());
          count[0]++;
          return true;
        });
    if (count[0] == 0) {
      return;
    }
    final byte[] bytes = new byte[batch.readableBytes()];
    batch.readBytes(bytes);
    writing = true;
    Futures.ignore(
        stream.write(bytes).whenComplete((done, failure) -> later(() -> sent(count[0], failure))));
  }

  private void sent(final int count, final Throwable failure) {
    final ChannelOutboundBuffer out = unsafe().outboundBuffer();
    if (out == null) {
      return;
    }
    if (failure != null) {
      unsafe().close(voidPromise());
      return;
    }
    // Each removal may let others write and flush at once, which must not send the rest again.
    for (int i = 0; i < count; i++) {
      out.remove();
    }
    writing = false;
    ((Unsafe) unsafe()).resume();
  }

  /** Never at once, even from the channel's own thread: Netty does not expect to be called back. */
  private void later(final Runnable task) {
    try {
      eventLoop().execute(task);
    } catch (final RejectedExecutionException e) {
      // The host has stopped, and its connections have ended before that.
      stream.reset();
    }
  }

  @Override
  protected void doClose() {
    open = false;
    Futures.ignore(stream.closeWrite().whenComplete((done, failure) -> stream.reset()));
  }

  @Override
  protected Object filterOutboundMessage(final Object message) {
    if (message instanceof ByteBuf) {
      return message;
    }
    ReferenceCountUtil.release(message);
    throw new ChannelException("Not bytes: " + message.getClass());
  }

  @Override
  protected void doBind(final SocketAddress address) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new Unsafe();
  }

  @Override
  protected boolean isCompatible(final EventLoop loop) {
    return true;
  }

  @Override
  protected SocketAddress localAddress0() {
    return local;
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return remote;
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public boolean isActive() {
    return open;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  private final class Unsafe extends AbstractUnsafe {
    @Override
    public void connect(
        final SocketAddress to, final SocketAddress from, final ChannelPromise promise) {
      promise.setFailure(new UnsupportedOperationException());
    }

    void resume() {
      flush0();
    }
  }
}
