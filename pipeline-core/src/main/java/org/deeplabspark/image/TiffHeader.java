package org.deeplabspark.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/**
 * The directories of a TIFF, without its pixels.
 *
 * @see <a href="https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf">TIFF 6.0</a>
 */
final class TiffHeader {

  /** Readers walk nested directories by recursion; cameras nest two. */
  private static final int DEEPEST = 16;

  private static final int ENTRY_BYTES = 12;

  private static final int WIDTH = 256;
  private static final int HEIGHT = 257;
  private static final int SUB_IFD = 330;
  private static final int EXIF_IFD = 34665;
  private static final int GPS_IFD = 34853;

  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int IFD = 13;

  private final ByteBuffer tiff;
  private final Deadline deadline;
  private final Set<Long> seen = new HashSet<>();

  private TiffHeader(byte[] content, Deadline deadline) {
    this.deadline = deadline;
    tiff = ByteBuffer.wrap(content);
    tiff.order(content[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
  }

  /**
   * Columns and rows of the first page.
   *
   * @throws MalformedImageException {@code truncated} where its directory lies beyond the content
   */
  static ImageSize size(byte[] content) throws MalformedImageException {
    TiffHeader header = new TiffHeader(content, Deadline.in(ImageDecoder.DEFAULT_MAX_TIME));
    long page = header.has(4, 4) ? header.int32(4) : content.length;
    long end = header.has(page, 2) ? header.end(page) : content.length;
    if (!header.has(end, 0)) {
      throw new MalformedImageException("truncated", "TIFF ends before its first directory does");
    }
    long width = 0;
    long height = 0;
    for (long entry = page + 2; entry < end; entry += ENTRY_BYTES) {
      int tag = header.int16(entry);
      if (tag == WIDTH) {
        width = header.number(entry);
      } else if (tag == HEIGHT) {
        height = header.number(entry);
      }
    }
    new SizeLimit(SizeLimit.LARGEST).check(width, height);
    return new ImageSize((int) width, (int) height);
  }

  /**
   * Refuses a file whose directories are nested so deeply that a reader's stack would not hold
   * them. They are looked at in the reader's order, each once.
   */
  static void requireShallow(byte[] content, Deadline deadline) throws MalformedImageException {
    TiffHeader header = new TiffHeader(content, deadline);
    long page = header.has(4, 4) ? header.int32(4) : 0;
    while (page != 0 && header.has(page, 2) && header.seen.add(page)) {
      header.walk(page, 1, true);
      long next = header.end(page);
      page = header.has(next, 4) ? header.int32(next) : 0;
    }
  }

  private void walk(long directory, int depth, boolean page) throws MalformedImageException {
    if (depth > DEEPEST) {
      throw new MalformedImageException(
          "corrupt", "TIFF directories are nested in each other, deeper than " + DEEPEST);
    }
    deadline.check(); // directories may overlap
    long end = end(directory);
    for (long entry = directory + 2; entry < end && has(entry, ENTRY_BYTES); entry += ENTRY_BYTES) {
      int tag = int16(entry);
      if (tag == SUB_IFD) {
        inside(entry, depth);
      } else if (page && (tag == EXIF_IFD || tag == GPS_IFD)) {
        seen.add(int32(entry + 8)); // holds no other directories of these kinds
      }
    }
  }

  /** The directories that an entry points at. */
  private void inside(long entry, int depth) throws MalformedImageException {
    int type = int16(entry + 2);
    long count = int32(entry + 4);
    if (type != LONG && type != IFD && count != 1) {
      return; // no reader takes it for pointers
    }
    for (long i = 0; i < count; i++) {
      long directory;
      if (count == 1) {
        directory = number(entry);
      } else if (has(int32(entry + 8) + 4 * i, 4)) {
        directory = int32(int32(entry + 8) + 4 * i);
      } else {
        return;
      }
      if (!has(directory, 2) || !seen.add(directory)) {
        return;
      }
      walk(directory, depth + 1, false);
    }
  }

  /** Where a directory's entries end, which may lie beyond the content. */
  private long end(long directory) {
    return directory + 2 + (long) ENTRY_BYTES * int16(directory);
  }

  /** An entry's only number; 0 where it is none. */
  private long number(long entry) {
    return switch (int16(entry + 2)) {
      case BYTE -> tiff.get((int) entry + 8) & 0xff;
      case SHORT -> int16(entry + 8);
      case LONG, IFD -> int32(entry + 8);
      default -> 0;
    };
  }

  private boolean has(long at, int bytes) {
    return at + bytes <= tiff.limit();
  }

  private int int16(long at) {
    return tiff.getShort((int) at) & 0xffff;
  }

  private long int32(long at) {
    return tiff.getInt((int) at) & 0xffffffffL;
  }
}
