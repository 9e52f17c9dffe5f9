package org.deeplabspark.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;

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
  private static final int COMPRESSION = 259;
  private static final int STRIPS = 273;
  private static final int TILES = 324;
  private static final int SUB_IFD = 330;
  private static final int JPEG_START = 513;

  private static final int OLD_JPEG = 6;
  private static final int JPEG = 7;
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
    long width = header.number(page, WIDTH);
    long height = header.number(page, HEIGHT);
    new SizeLimit(ImageDecoder.MOST_MEGAPIXELS).check(width, height);
    return new ImageSize((int) width, (int) height);
  }

  /**
   * Refuses a first page of JPEGs of which one claims more pixels than the limit allows, since
   * readers go by what it claims and not by the page.
   */
  static void requireSmall(byte[] content, SizeLimit limit, Deadline deadline)
      throws MalformedImageException {
    TiffHeader header = new TiffHeader(content, deadline);
    long page = header.has(4, 4) ? header.int32(4) : content.length;
    if (!header.has(page, 2)) {
      return;
    }
    long compression = header.number(page, COMPRESSION);
    if (compression != OLD_JPEG && compression != JPEG) {
      return;
    }
    for (long entry : header.entries(page)) {
      int tag = header.int16(entry);
      if (tag == STRIPS || tag == TILES || tag == JPEG_START) {
        header.requireSmall(entry, limit);
      }
    }
  }

  /** Looks at whatever begins as a JPEG where an entry points. */
  private void requireSmall(long entry, SizeLimit limit) throws MalformedImageException {
    for (long i = 0, count = int32(entry + 4); i < count && hasValue(entry, i); i++) {
      long start = value(entry, i);
      if (has(start, 4) && int16(start) == (bigEndian() ? 0xffd8 : 0xd8ff)) {
        deadline.check();
        try {
          JpegHeader.read(tiff.array(), (int) start, limit);
        } catch (MalformedImageException e) {
          if (e.code().equals(SizeLimit.TOO_LARGE)) {
            throw e;
          } // else the reader says what is wrong
        }
      }
    }
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
    for (long entry : entries(directory)) {
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
    for (long i = 0, count = int32(entry + 4); i < count && hasValue(entry, i); i++) {
      long directory = value(entry, i);
      if (!has(directory, 2) || !seen.add(directory)) {
        return;
      }
      walk(directory, depth + 1, false);
    }
  }

  /** Where a directory's entries stand, as many as the file holds. */
  private long[] entries(long directory) {
    long room = (tiff.limit() - directory - 2) / ENTRY_BYTES;
    return LongStream.range(0, Math.min(int16(directory), room))
        .map(i -> directory + 2 + ENTRY_BYTES * i)
        .toArray();
  }

  /** A directory's first value of a tag; 0 where there is none. */
  private long number(long directory, int tag) {
    for (long entry : entries(directory)) {
      if (int16(entry) == tag && hasValue(entry, 0)) {
        return value(entry, 0);
      }
    }
    return 0;
  }

  /** Where a directory's entries end, which may lie beyond the content. */
  private long end(long directory) {
    return directory + 2 + (long) ENTRY_BYTES * int16(directory);
  }

  /** Whether an entry's value at that index lies in the file; its values may lie apart from it. */
  private boolean hasValue(long entry, long index) {
    int bytes = valueBytes(entry);
    return bytes > 0
        && (int32(entry + 4) * bytes <= 4 || has(int32(entry + 8) + bytes * index, bytes));
  }

  private long value(long entry, long index) {
    int bytes = valueBytes(entry);
    boolean inside = int32(entry + 4) * bytes <= 4;
    long at = (inside ? entry + 8 : int32(entry + 8)) + bytes * index;
    return bytes == 4 ? int32(at) : bytes == 2 ? int16(at) : tiff.get((int) at) & 0xff;
  }

  /** Bytes of each of an entry's values; 0 where they are no whole numbers. */
  private int valueBytes(long entry) {
    return switch (int16(entry + 2)) {
      case BYTE -> 1;
      case SHORT -> 2;
      case LONG, IFD -> 4;
      default -> 0;
    };
  }

  private boolean bigEndian() {
    return tiff.order() == ByteOrder.BIG_ENDIAN;
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
