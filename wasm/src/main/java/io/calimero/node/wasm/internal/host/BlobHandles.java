// SPDX-License-Identifier: Apache-2.0

package io.calimero.node.wasm.internal.host;

import io.calimero.node.events.Action;
import io.calimero.node.events.BlobId;
import io.calimero.node.events.Bytes;
import io.calimero.node.events.Hash;
import io.calimero.node.wasm.Blobs;
import io.calimero.node.wasm.Blobs.Upload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The blobs that a call has open, by numbers from 1 on. */
final class BlobHandles {
  /** How much is read at once at least: so much at first, and more as reading goes on. */
  private static final int LEAST = 64 * 1024;

  private static final int MOST = 1 << 20;

  private final CallSession session;
  private final Map<Long, Handle> open = new TreeMap<>();
  private final List<Upload> stored = new ArrayList<>();
  private long given;
  private long written;
  private long read;
  private int ahead = LEAST;
  private Window window = new Window(new BlobId(Hash.ZERO), 0, Bytes.EMPTY);

  /** A part of a blob that was read ahead, so that small steps do not ask the node for each. */
  private record Window(BlobId blob, long at, Bytes bytes) {
    boolean holds(final BlobId wanted, final long from, final int length) {
      return blob.equals(wanted) && from >= at && from + length <= at + bytes.length();
    }

    /** Whether reading goes on there, so that what was read ahead was not read in vain. */
    boolean endsNear(final BlobId wanted, final long from) {
      return blob.equals(wanted) && from > at && from <= at + bytes.length();
    }
  }

  private sealed interface Handle {}

  private static final class Reading implements Handle {
    private final BlobId blob;
    private long at;

    Reading(final BlobId blob) {
      this.blob = blob;
    }
  }

  private static final class Writing implements Handle {
    private final Upload upload;
    private long size;

    Writing(final Upload upload) {
      this.upload = upload;
    }
  }

  BlobHandles(final CallSession session) {
    this.session = session;
  }

  long create() {
    session.mustMutate();
    return add(() -> new Writing(blobs().create(session.call().context())));
  }

  /** Opens a blob, of which it is not looked for before the first read. */
  long open(final Slice id) {
    final BlobId blob = new BlobId(hash(id));
    return add(() -> new Reading(blob));
  }

  long write(final long handle, final Slice part) {
    if (!(handle(handle) instanceof Writing writing)) {
      throw session.refuse("blob handle " + Long.toUnsignedString(handle) + " is for reading");
    }
    session.bound(part, HostLimits.BLOB_PART, "blob part overflow");
    final Bytes bytes = session.view().bytes(part);
    written += bytes.length();
    if (written > HostLimits.BLOB_BYTES) {
      throw session.refuse("blob bytes overflow");
    }
    writing.size += bytes.length();
    asking(
        () -> {
          writing.upload.write(bytes);
          return writing;
        });
    return bytes.length();
  }

  long read(final long handle, final Slice target) {
    if (!(handle(handle) instanceof Reading reading)) {
      throw session.refuse("blob handle " + Long.toUnsignedString(handle) + " is for writing");
    }
    session.bound(target, HostLimits.BLOB_PART, "blob part overflow");
    final int length = session.view().check(target.address(), target.length());
    final Bytes bytes = asking(() -> part(reading.blob, reading.at, length));
    read += bytes.length();
    if (read > HostLimits.BLOB_READS) {
      throw session.refuse("blob bytes overflow");
    }
    reading.at += bytes.length();
    session.view().write(target.address(), bytes.unsafeArray(), bytes.length());
    return bytes.length();
  }

  private Bytes part(final BlobId blob, final long at, final int length) {
    if (length >= MOST) {
      return blobs().read(session.call().context(), blob, at, length);
    }
    if (!window.holds(blob, at, length)) {
      ahead = window.endsNear(blob, at) ? Math.min(2 * ahead, MOST) : LEAST;
      window =
          new Window(
              blob, at, blobs().read(session.call().context(), blob, at, Math.max(ahead, length)));
    }
    final int from = (int) (at - window.at);
    final int count = Math.min(length, window.bytes.length() - from);
    return Bytes.wrap(Arrays.copyOfRange(window.bytes.unsafeArray(), from, from + count));
  }

  int close(final long handle, final Slice target) {
    final Handle closed = handle(handle);
    checkHash(target);
    final BlobId blob =
        switch (closed) {
          case Reading reading -> reading.blob;
          case Writing writing -> {
            final BlobId named = asking(writing.upload::finish);
            stored.add(writing.upload);
            session.actions().add(new Action.StoreBlob(named, writing.size));
            yield named;
          }
        };
    open.remove(handle);
    session.view().write(target.address(), blob.hash().toByteArray(), Hash.LENGTH);
    return 1;
  }

  /** Tells the members that they may ask for a blob; only those of this context. */
  int announce(final Slice blob, final Slice context) {
    session.mustMutate();
    final BlobId id = new BlobId(hash(blob));
    if (!hash(context).equals(session.call().context().hash())) {
      return 0;
    }
    session.actions().add(new Action.AnnounceBlob(id));
    return 1;
  }

  boolean anyUnfinished() {
    return open.values().stream().anyMatch(Writing.class::isInstance);
  }

  /**
   * Gives up what was not ended, and all that was if the call came to nothing.
   *
   * @param well whether the call ended so that it counts
   */
  void end(final boolean well) {
    if (!well) {
      stored.forEach(Upload::abandon);
    }
    stored.clear();
    for (final Handle handle : open.values()) {
      if (handle instanceof Writing writing) {
        writing.upload.abandon();
      }
    }
    open.clear();
  }

  private long add(final Supplier<Handle> handle) {
    if (open.size() >= HostLimits.BLOB_HANDLES) {
      throw session.refuse("blob handles overflow");
    }
    open.put(++given, asking(handle));
    return given;
  }

  private Handle handle(final long number) {
    final Handle handle = open.get(number);
    if (handle == null) {
      throw session.refuse("invalid blob handle: " + Long.toUnsignedString(number));
    }
    return handle;
  }

  private <T> T asking(final Supplier<T> question) {
    try {
      return question.get();
    } catch (final Blobs.UnavailableException e) {
      throw session.unavailable(String.valueOf(e.getMessage()));
    }
  }

  private Blobs blobs() {
    return session.call().surroundings().blobs();
  }

  private Hash hash(final Slice slice) {
    checkHash(slice);
    return Hash.of(session.view().bytes(slice).unsafeArray());
  }

  private void checkHash(final Slice slice) {
    if (slice.length() != Hash.LENGTH) {
      throw session.refuse("invalid memory access");
    }
    session.view().check(slice.address(), slice.length());
  }
}
