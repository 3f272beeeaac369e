// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.bundle;

import io.calimero.node.events.Bytes;
import io.calimero.node.events.crypto.KeyPair;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Bundles as publishers pack them. */
public final class Bundles {
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  /** Adds a file. */
  public Bundles file(final String name, final byte[] content) {
    files.put(name, content);
    return this;
  }

  /** Adds a text. */
  public Bundles file(final String name, final String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** The archive. */
  public byte[] pack() {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (TarArchiveOutputStream archive =
        new TarArchiveOutputStream(new GZIPOutputStream(out), "UTF-8")) {
      archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (final Map.Entry<String, byte[]> file : files.entrySet()) {
        final TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        archive.putArchiveEntry(entry);
        archive.write(file.getValue());
        archive.closeArchiveEntry();
      }
    } catch (final IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A manifest of one module. */
  public static JsonObject manifest() {
    return JsonObject.of(
        "version", "1.0",
        "package", "org.example.app",
        "appVersion", "1.2.3",
        "minRuntimeVersion", "0.1.0",
        "wasm", JsonObject.of("path", "app.wasm", "size", 8));
  }

  /** The manifest with its signature. */
  static JsonObject signed(final JsonObject manifest, final KeyPair key) throws BundleException {
    manifest.put("signerId", ManifestSignature.didKey(key.publicKey().hash().toByteArray()));
    final JsonTree.Fields fields = (JsonTree.Fields) JsonTree.parse(Bytes.utf8(manifest.encode()));
    final Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    return manifest.put(
        "signature",
        JsonObject.of(
            "algorithm", "ed25519",
            "publicKey", base64.encodeToString(key.publicKey().hash().toByteArray()),
            "signature",
                base64.encodeToString(
                    key.sign(ManifestSignature.digest(fields)).bytes().toByteArray())));
  }
}
