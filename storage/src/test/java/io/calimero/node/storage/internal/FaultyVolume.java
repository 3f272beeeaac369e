// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.storage.internal;

import java.io.File;
import java.nio.ByteBuffer;
import org.mapdb.DataInput2;
import org.mapdb.volume.Volume;

/** A volume that asks before each write. */
final class FaultyVolume extends Volume {
  private final Volume real;
  private final Runnable beforeWrite;

  FaultyVolume(final Volume real, final Runnable beforeWrite) {
    this.real = real;
    this.beforeWrite = beforeWrite;
  }

  @Override
  public void ensureAvailable(final long offset) {
    real.ensureAvailable(offset);
  }

  @Override
  public void truncate(final long size) {
    real.truncate(size);
  }

  @Override
  public void putLong(final long offset, final long value) {
    beforeWrite.run();
    real.putLong(offset, value);
  }

  @Override
  public void putInt(final long offset, final int value) {
    beforeWrite.run();
    real.putInt(offset, value);
  }

  @Override
  public void putByte(final long offset, final byte value) {
    beforeWrite.run();
    real.putByte(offset, value);
  }

  @Override
  public void putData(final long offset, final byte[] source, final int from, final int length) {
    beforeWrite.run();
    real.putData(offset, source, from, length);
  }

  @Override
  public void putData(final long offset, final ByteBuffer source) {
    beforeWrite.run();
    real.putData(offset, source);
  }

  @Override
  public long getLong(final long offset) {
    return real.getLong(offset);
  }

  @Override
  public int getInt(final long offset) {
    return real.getInt(offset);
  }

  @Override
  public byte getByte(final long offset) {
    return real.getByte(offset);
  }

  @Override
  public DataInput2 getDataInput(final long offset, final int size) {
    return real.getDataInput(offset, size);
  }

  @Override
  public void getData(final long offset, final byte[] target, final int at, final int size) {
    real.getData(offset, target, at, size);
  }

  @Override
  public void close() {
    real.close();
  }

  @Override
  public void sync() {
    real.sync();
  }

  @Override
  public int sliceSize() {
    return real.sliceSize();
  }

  @Override
  public boolean isSliced() {
    return real.isSliced();
  }

  @Override
  public long length() {
    return real.length();
  }

  @Override
  public boolean isReadOnly() {
    return real.isReadOnly();
  }

  @Override
  public File getFile() {
    return real.getFile();
  }

  @Override
  public boolean getFileLocked() {
    return real.getFileLocked();
  }

  @Override
  public void clear(final long from, final long to) {
    real.clear(from, to);
  }
}
