// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.log.internal;

import io.calimero.node.storage.files.Disk;
import io.calimero.node.storage.files.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A segment as it is found on disk, open for reading. */
final class SegmentFile implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("segment-(\\d{10})\\.log");

  private final long number;
  private final Path path;
  private final DiskFile file;
  private final long length;
  private final @Nullable SegmentHeader header;
  private final SegmentHeader.State state;

  private SegmentFile(final long number, final Path path, final DiskFile file) throws IOException {
    this.number = number;
    this.path = path;
    this.file = file;
    length = file.size();
    final byte[] bytes = new byte[SegmentHeader.END];
    file.read(ByteBuffer.wrap(bytes), 0);
    final SegmentHeader found = SegmentHeader.parse(bytes);
    // A header of another number is a file under a wrong name.
    header = found != null && found.number() == number ? found : null;
    final SegmentHeader.State written = SegmentHeader.state(bytes);
    state =
        header == null && written == SegmentHeader.State.GOOD
            ? SegmentHeader.State.DAMAGED
            : written;
  }

  static String name(final long number) {
    return String.format(Locale.ROOT, "segment-%010d.log", number);
  }

  /** The number of the segment that a file of this name is, 0 for another file. */
  static long numberOf(final String name) {
    final Matcher matcher = NAME.matcher(name);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  static SegmentFile open(final Disk disk, final Path directory, final long number)
      throws IOException {
    final Path path = directory.resolve(name(number));
    final DiskFile file = disk.openForReading(path);
    try {
      return new SegmentFile(number, path, file);
    } catch (final IOException e) {
      file.close();
      throw e;
    }
  }

  long number() {
    return number;
  }

  Path path() {
    return path;
  }

  DiskFile file() {
    return file;
  }

  @Nullable SegmentHeader header() {
    return header;
  }

  SegmentHeader.State state() {
    return state;
  }

  /** How long the file is. */
  long length() {
    return length;
  }

  /** How long it ought to be. */
  int size() {
    return header != null ? header.size() : (int) Math.min(length & ~7L, Integer.MAX_VALUE & ~7);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
