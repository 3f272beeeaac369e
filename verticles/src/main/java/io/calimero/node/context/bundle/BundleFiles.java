// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.context.bundle;

import io.calimero.node.events.Bytes;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The files of a bundle: a tar archive in gzip. Nothing of it touches the disk, so that names are
 * names and no more. What archivers of some systems add beside the files is passed over.
 */
final class BundleFiles {
  static final String MANIFEST = "manifest.json";

  /** The bytes of a manifest, and of the description of a module. */
  static final int TEXT = 1 << 20;

  private static final int ENTRIES = 256;

  /** How many modules' worth of bytes a bundle may have unpacked. */
  private static final int WORTH = 4;

  private BundleFiles() {}

  static Map<String, Bytes> read(final Bytes bundle, final int moduleBytes) throws BundleException {
    final Map<String, Bytes> files = new HashMap<>();
    final Bounded unpacked = new Bounded((long) WORTH * moduleBytes);
    try (InputStream in = new ByteArrayInputStream(bundle.unsafeArray());
        InputStream bounded = unpacked.of(new GZIPInputStream(in));
        TarArchiveInputStream archive = new TarArchiveInputStream(bounded)) {
      int entries = 0;
      for (TarArchiveEntry entry = archive.getNextEntry();
          entry != null;
          entry = archive.getNextEntry()) {
        if (++entries > ENTRIES) {
          throw new BundleException("has more than " + ENTRIES + " entries");
        }
        if (entry.isFile() && !entry.isSymbolicLink() && !entry.isLink() && !entry.isSparse()) {
          add(files, entry, archive, moduleBytes);
        }
      }
    } catch (final TooLargeException e) {
      throw new BundleException("unpacks to more than " + (long) WORTH * moduleBytes + " bytes");
    } catch (final IOException | IllegalArgumentException e) {
      throw new BundleException("cannot be unpacked: " + e.getMessage());
    }
    return files;
  }

  private static void add(
      final Map<String, Bytes> files,
      final TarArchiveEntry entry,
      final TarArchiveInputStream archive,
      final int moduleBytes)
      throws IOException, BundleException {
    final String name = name(entry.getName());
    final String last = name.substring(name.lastIndexOf('/') + 1);
    if (last.startsWith("._") || last.isEmpty()) {
      return;
    }
    final int most = last.endsWith(".json") ? TEXT : moduleBytes;
    if (entry.getSize() > most) {
      throw new BundleException(
          "has a file " + shown(name) + " of " + entry.getSize() + " bytes, more than " + most);
    }
    final byte[] content = archive.readNBytes((int) entry.getSize());
    if (content.length != entry.getSize()) {
      throw new BundleException("ends within its file " + shown(name));
    }
    if (files.put(name, Bytes.wrap(content)) != null) {
      throw new BundleException("has two files " + shown(name));
    }
  }

  /** The name without the beginnings that mean the same place. */
  static String name(final String written) {
    String name = written;
    while (name.startsWith("./")) {
      name = name.substring(2);
    }
    return name;
  }

  /** A name for a message. */
  static String shown(final String name) {
    final String brief = name.length() > 100 ? name.substring(0, 100) + "…" : name;
    return '"' + brief.replaceAll("\\p{Cntrl}", "?") + '"';
  }

  /** More came out than may. */
  private static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** Counts what is unpacked, of which a small bundle can hold a great deal. */
  private record Bounded(long most) {
    InputStream of(final InputStream in) {
      return new FilterInputStream(in) {
        private long count;

        @Override
        public int read() throws IOException {
          final int next = super.read();
          count(next < 0 ? 0 : 1);
          return next;
        }

        @Override
        public int read(final byte[] target, final int offset, final int length)
            throws IOException {
          final int read = super.read(target, offset, length);
          count(Math.max(0, read));
          return read;
        }

        @Override
        public long skip(final long bytes) throws IOException {
          final long skipped = super.skip(bytes);
          count(skipped);
          return skipped;
        }

        private void count(final long more) throws IOException {
          count += more;
          if (count > most) {
            throw new TooLargeException();
          }
        }
      };
    }
  }
}
