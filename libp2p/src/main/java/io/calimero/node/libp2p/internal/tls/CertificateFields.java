// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import io.calimero.node.libp2p.MalformedException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * What matters in an X.509 certificate (RFC 5280, section 4.1). Names are passed over: peers have
 * none, and js-libp2p leaves them empty, for which the JDK and Bouncy Castle refuse a certificate.
 *
 * @param signed what is signed, as it is in the certificate
 * @param algorithm by what it is signed: the object identifier, in hexadecimal
 * @param signature the signature
 * @param notBefore from when on it holds
 * @param notAfter until when
 * @param publicKey the certified key (SubjectPublicKeyInfo)
 * @param extensions in their order
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record CertificateFields(
    byte[] signed,
    String algorithm,
    byte[] signature,
    Instant notBefore,
    Instant notAfter,
    byte[] publicKey,
    List<Extension> extensions) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'", Locale.ROOT);

  /**
   * An extension.
   *
   * @param oid its object identifier, in hexadecimal
   * @param critical whether whoever does not know it must refuse the certificate
   * @param value what it holds
   */
  record Extension(String oid, boolean critical, byte[] value) {}

  private record Times(Instant notBefore, Instant notAfter) {}

  /**
   * Reads a certificate.
   *
   * @throws MalformedException if it is none
   */
  static CertificateFields read(final byte[] bytes) {
    final DerReader outside = new DerReader(bytes);
    final DerReader certificate = outside.enter(DerReader.SEQUENCE);
    outside.end();
    final byte[] signed = certificate.whole(DerReader.SEQUENCE);
    final byte[] algorithm = certificate.whole(DerReader.SEQUENCE);
    final byte[] signature = bits(certificate);
    certificate.end();

    final DerReader fields = new DerReader(signed).enter(DerReader.SEQUENCE);
    fields.optional(DerReader.numbered(0));
    fields.enter(DerReader.INTEGER);
    if (!Arrays.equals(algorithm, fields.whole(DerReader.SEQUENCE))) {
      throw new MalformedException("A certificate with two kinds of signatures");
    }
    fields.enter(DerReader.SEQUENCE);
    final Times times = times(fields.enter(DerReader.SEQUENCE));
    fields.enter(DerReader.SEQUENCE);
    final byte[] publicKey = fields.whole(DerReader.SEQUENCE);
    fields.optional(0x81);
    fields.optional(0x82);
    final List<Extension> extensions = extensions(fields);
    fields.end();
    return new CertificateFields(
        signed,
        oid(new DerReader(algorithm).enter(DerReader.SEQUENCE)),
        signature,
        times.notBefore(),
        times.notAfter(),
        publicKey,
        extensions);
  }

  private static String oid(final DerReader in) {
    return HexFormat.of().formatHex(in.content(DerReader.OID));
  }

  private static byte[] bits(final DerReader in) {
    final byte[] content = in.content(DerReader.BIT_STRING);
    if (content.length == 0 || content[0] != 0) {
      throw new MalformedException("A signature of broken bytes");
    }
    return Arrays.copyOfRange(content, 1, content.length);
  }

  private static Times times(final DerReader in) {
    final Times times = new Times(time(in), time(in));
    in.end();
    return times;
  }

  private static Instant time(final DerReader in) {
    final boolean brief = in.next() == DerReader.UTC_TIME;
    final byte[] content = in.content(brief ? DerReader.UTC_TIME : DerReader.GENERALIZED_TIME);
    final String text = new String(content, StandardCharsets.US_ASCII);
    // Two digits of a year mean 1950 to 2049.
    final String century = brief ? (text.compareTo("5") < 0 ? "20" : "19") : "";
    try {
      return LocalDateTime.parse(century + text, TIME).toInstant(ZoneOffset.UTC);
    } catch (final DateTimeException e) {
      throw new MalformedException("Not a time in a certificate", e);
    }
  }

  private static List<Extension> extensions(final DerReader fields) {
    final List<Extension> extensions = new ArrayList<>();
    if (fields.next() == DerReader.numbered(3)) {
      final DerReader outside = fields.enter(DerReader.numbered(3));
      final DerReader all = outside.enter(DerReader.SEQUENCE);
      outside.end();
      while (all.next() >= 0) {
        extensions.add(extension(all.enter(DerReader.SEQUENCE)));
      }
    }
    return extensions;
  }

  private static Extension extension(final DerReader in) {
    final String oid = oid(in);
    boolean critical = false;
    if (in.next() == DerReader.BOOLEAN) {
      final byte[] value = in.content(DerReader.BOOLEAN);
      critical = value.length != 1 || value[0] != 0;
    }
    final byte[] value = in.content(DerReader.OCTET_STRING);
    in.end();
    return new Extension(oid, critical, value);
  }
}
