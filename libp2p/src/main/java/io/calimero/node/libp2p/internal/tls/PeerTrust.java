// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.libp2p.internal.tls;

import io.calimero.node.libp2p.AuthenticationException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Trusts a certificate that names a peer: who that is, is asked after the handshake. */
final class PeerTrust extends X509ExtendedTrustManager {
  private final InstantSource clock;

  PeerTrust(final InstantSource clock) {
    this.clock = clock;
  }

  private void check(final X509Certificate[] chain) throws CertificateException {
    try {
      PeerCertificate.verify(chain, clock.instant());
    } catch (final AuthenticationException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  @Override
  public void checkClientTrusted(final X509Certificate[] chain, final String type)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(
      final X509Certificate[] chain, final String type, final Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(
      final X509Certificate[] chain, final String type, final SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(final X509Certificate[] chain, final String type)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(
      final X509Certificate[] chain, final String type, final Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(
      final X509Certificate[] chain, final String type, final SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
