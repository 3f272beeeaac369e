// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.mapdb.DBException;
import org.mapdb.volume.Volume;

/**
 * A disk of which one step fails: before its effect, or half done. After it the disk goes on, or
 * refuses everything, as it looks to a process that is no more.
 */
public final class FaultyDisk implements Disk {
  private final Disk real = Disk.real();
  private final int failing;
  private final boolean crash;
  private final Supplier<IOException> failure;
  private int steps;

  /** One whose step of the number, counted from 0, fails. */
  public FaultyDisk(final int failing, final boolean crash, final Supplier<IOException> failure) {
    this.failing = failing;
    this.crash = crash;
    this.failure = failure;
  }

  /** One that ends the process at the step. */
  public static FaultyDisk crashingAt(final int step) {
    return new FaultyDisk(step, true, () -> new IOException("crash"));
  }

  /** One of which the step fails for want of room. */
  public static FaultyDisk fullAt(final int step) {
    return new FaultyDisk(step, false, () -> new IOException("No space left on device"));
  }

  /** Whether the step was reached. */
  public boolean failed() {
    return steps > failing;
  }

  private boolean fails() {
    final int step = steps++;
    return crash ? step >= failing : step == failing;
  }

  private void step() throws IOException {
    if (fails()) {
      throw failure.get();
    }
  }

  @Override
  public void create(final Path file, final byte[] content) throws IOException {
    if (fails()) {
      if (steps == failing + 1) {
        real.create(file, Arrays.copyOf(content, content.length / 2));
      }
      throw failure.get();
    }
    real.create(file, content);
  }

  @Override
  public Volume createVolume(final Path file) throws IOException {
    step();
    return new FaultyVolume(
        real.createVolume(file),
        () -> {
          if (fails()) {
            throw new DBException.VolumeIOError(failure.get());
          }
        });
  }

  @Override
  public void force(final Path file) throws IOException {
    step();
    real.force(file);
  }

  @Override
  public void rename(final Path from, final Path to) throws IOException {
    step();
    real.rename(from, to);
  }

  @Override
  public void forceDirectory(final Path directory) throws IOException {
    step();
    real.forceDirectory(directory);
  }

  @Override
  public void makeDirectory(final Path directory) throws IOException {
    step();
    real.makeDirectory(directory);
  }

  @Override
  public void delete(final Path file) throws IOException {
    if (Files.exists(file)) {
      step();
    }
    real.delete(file);
  }
}
