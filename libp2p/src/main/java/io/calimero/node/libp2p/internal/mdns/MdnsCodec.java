// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.mdns;

import io.calimero.node.libp2p.MalformedException;
import io.calimero.node.libp2p.internal.mdns.MdnsPacket.Pointer;
import io.calimero.node.libp2p.internal.mdns.MdnsPacket.Query;
import io.calimero.node.libp2p.internal.mdns.MdnsPacket.Response;
import io.calimero.node.libp2p.internal.mdns.MdnsPacket.Text;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DefaultDnsPtrRecord;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsPtrRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecordEncoder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The bytes of packets (RFC 1035, section 4; RFC 6762, section 18), by Netty's DNS codec. */
public final class MdnsCodec {
  /** What fits into a frame of a local network even with jumbo frames (RFC 6762, section 17). */
  static final int MAX_PACKET = 9000;

  private static final int HEADER = 12;
  private static final int RESPONSE = 0x8000;
  private static final int OPERATION = 0x7800;
  private static final int AUTHORITATIVE = 0x0400;
  private static final int MAX_RECORDS = 128;
  private static final int MAX_STRINGS = 64;
  private static final int MAX_STRING = 255;

  private MdnsCodec() {}

  /**
   * Reads a packet.
   *
   * @throws MalformedException if it is none, or has too much in it
   */
  public static MdnsPacket decode(final byte[] bytes) {
    if (bytes.length < HEADER || bytes.length > MAX_PACKET) {
      throw new MalformedException("DNS: a packet of " + bytes.length + " bytes");
    }
    try {
      return decode(Unpooled.wrappedBuffer(bytes));
    } catch (final MalformedException e) {
      throw e;
    } catch (final DecoderException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new MalformedException("DNS: " + e, e);
    } catch (final Exception e) {
      // Netty's decoder declares it.
      throw new MalformedException("DNS: " + e, e);
    }
  }

  private static MdnsPacket decode(final ByteBuf in) throws Exception {
    in.readUnsignedShort();
    final int flags = in.readUnsignedShort();
    final int questions = in.readUnsignedShort();
    final int answers = in.readUnsignedShort();
    final int authorities = in.readUnsignedShort();
    final int additionals = in.readUnsignedShort();
    if (questions + answers + authorities + additionals > MAX_RECORDS) {
      throw new MalformedException("DNS: more than " + MAX_RECORDS + " records");
    }
    if ((flags & OPERATION) != 0) {
      throw new MalformedException("DNS: neither a query nor its answer");
    }
    final List<String> asked = new ArrayList<>();
    for (int i = 0; i < questions; i++) {
      final DnsQuestion question = DnsRecordDecoder.DEFAULT.decodeQuestion(in);
      if (question.type().equals(DnsRecordType.PTR) || question.type().equals(DnsRecordType.ANY)) {
        asked.add(lower(question.name()));
      }
    }
    return (flags & RESPONSE) == 0
        ? new Query(asked)
        : response(in, answers + authorities + additionals);
  }

  private static Response response(final ByteBuf in, final int count) throws Exception {
    final List<Pointer> pointers = new ArrayList<>();
    final List<Text> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      final DnsRecord found = DnsRecordDecoder.DEFAULT.decodeRecord(in);
      if (found == null) {
        throw new MalformedException("DNS: a record is cut short");
      }
      try {
        if (found instanceof final DnsPtrRecord pointer) {
          pointers.add(
              new Pointer(lower(found.name()), lower(pointer.hostname()), found.timeToLive()));
        } else if (found instanceof final DnsRawRecord raw
            && raw.type().equals(DnsRecordType.TXT)) {
          texts.add(new Text(lower(raw.name()), strings(raw.content())));
        }
      } finally {
        ReferenceCountUtil.release(found);
      }
    }
    return new Response(pointers, texts);
  }

  private static List<String> strings(final ByteBuf content) {
    final List<String> strings = new ArrayList<>();
    while (content.isReadable() && strings.size() < MAX_STRINGS) {
      final int length = content.readUnsignedByte();
      strings.add(content.readCharSequence(length, StandardCharsets.UTF_8).toString());
    }
    return strings;
  }

  private static String lower(final String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The packet that asks what {@code service} points to. */
  static byte[] query(final String service) {
    final ByteBuf out = header(0, 1, 0, 0);
    try {
      DnsRecordEncoder.DEFAULT.encodeQuestion(
          new DefaultDnsQuestion(service, DnsRecordType.PTR), out);
    } catch (final Exception e) {
      throw new IllegalStateException("A question can be written", e);
    }
    return bytes(out);
  }

  /** The packet that says that {@code service} points to {@code name}, and {@code texts} of it. */
  static byte[] response(
      final String service, final String name, final long seconds, final List<String> texts) {
    final ByteBuf out = header(RESPONSE | AUTHORITATIVE, 0, 1, texts.size());
    try {
      DnsRecordEncoder.DEFAULT.encodeRecord(
          new DefaultDnsPtrRecord(service, DnsRecord.CLASS_IN, seconds, name), out);
      for (final String text : texts) {
        final byte[] said = text.getBytes(StandardCharsets.UTF_8);
        final ByteBuf content = Unpooled.buffer().writeByte(said.length).writeBytes(said);
        DnsRecordEncoder.DEFAULT.encodeRecord(
            new DefaultDnsRawRecord(name, DnsRecordType.TXT, seconds, content), out);
      }
    } catch (final Exception e) {
      throw new IllegalStateException("A record can be written", e);
    }
    return bytes(out);
  }

  /** Whether {@code text} can stand in a TXT record. */
  static boolean fits(final String text) {
    return text.getBytes(StandardCharsets.UTF_8).length <= MAX_STRING;
  }

  private static ByteBuf header(
      final int flags, final int questions, final int answers, final int additionals) {
    return Unpooled.buffer()
        .writeShort(0)
        .writeShort(flags)
        .writeShort(questions)
        .writeShort(answers)
        .writeShort(0)
        .writeShort(additionals);
  }

  private static byte[] bytes(final ByteBuf out) {
    final byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }
}
