package org.deeplabspark.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The entries of a zip file in memory, as slices of it. Only entries that are stored as they are,
 * as PyTorch stores them, are taken: nothing is ever unpacked.
 *
 * <p>java.util.zip reads streams of entries only where their sizes come first, which PyTorch puts
 * last, or files on a disk, and these may lie anywhere.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">the format</a>
 */
final class ZipDirectory {

  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int END64_LOCATOR = 0x07064b50;
  private static final int END64_LOCATOR_BYTES = 20;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_BYTES = 30;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int ZIP64_EXTRA = 1;
  private static final long IN_EXTRA = 0xffffffffL;

  private final ByteBuffer file;
  private final Map<String, ByteBuffer> entries = new LinkedHashMap<>();

  private ZipDirectory(byte[] file) {
    this.file = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * All entries by name.
   *
   * @throws IllegalArgumentException if the file is damaged or an entry compressed
   */
  static Map<String, ByteBuffer> entries(byte[] file) {
    ZipDirectory directory = new ZipDirectory(file);
    try {
      directory.read();
    } catch (IndexOutOfBoundsException | ArithmeticException e) {
      throw new IllegalArgumentException("Invalid zip file: it is cut off or damaged", e);
    }
    return directory.entries;
  }

  private void read() {
    int end = end();
    long count = file.getShort(end + 10) & 0xffff;
    long at = file.getInt(end + 16) & IN_EXTRA;
    int locator = end - END64_LOCATOR_BYTES;
    if (locator >= 0 && file.getInt(locator) == END64_LOCATOR) {
      int end64 = Math.toIntExact(file.getLong(locator + 8));
      count = file.getLong(end64 + 32);
      at = file.getLong(end64 + 48);
    }
    for (long i = 0; i < count; i++) {
      at += entry(Math.toIntExact(at));
    }
  }

  private int end() {
    int lowest = Math.max(0, file.limit() - END_BYTES - LONGEST_COMMENT);
    for (int at = file.limit() - END_BYTES; at >= lowest; at--) {
      if (file.getInt(at) == END) {
        return at;
      }
    }
    throw new IllegalArgumentException(
        "Invalid zip file: its directory is missing; is it cut off?");
  }

  /** Adds one entry; how long its record is. */
  private int entry(int at) {
    if (file.getInt(at) != ENTRY) {
      throw new IllegalArgumentException("Invalid zip file: its directory is damaged");
    }
    int nameLength = file.getShort(at + 28) & 0xffff;
    int extraLength = file.getShort(at + 30) & 0xffff;
    String name = text(at + ENTRY_BYTES, nameLength);
    if (file.getShort(at + 10) != 0) {
      throw new IllegalArgumentException(
          String.format("Invalid zip file: %s is compressed", StoredTensor.plain(name)));
    }
    long size = file.getInt(at + 24) & IN_EXTRA;
    long packed = file.getInt(at + 20) & IN_EXTRA;
    long local = file.getInt(at + 42) & IN_EXTRA;
    // The extra field has only those of the three that did not fit, in this order.
    int extra = extra(at + ENTRY_BYTES + nameLength, extraLength);
    if (size == IN_EXTRA) {
      size = file.getLong(extra);
      extra += Long.BYTES;
    }
    if (packed == IN_EXTRA) {
      extra += Long.BYTES;
    }
    if (local == IN_EXTRA) {
      local = file.getLong(extra);
    }
    if (entries.put(name, content(Math.toIntExact(local), Math.toIntExact(size))) != null) {
      throw new IllegalArgumentException(
          String.format("Invalid zip file: two entries %s", StoredTensor.plain(name)));
    }
    return ENTRY_BYTES + nameLength + extraLength + (file.getShort(at + 32) & 0xffff);
  }

  private int extra(int from, int length) {
    int at = from;
    while (at < from + length) {
      if (file.getShort(at) == ZIP64_EXTRA) {
        return at + 4;
      }
      at += 4 + (file.getShort(at + 2) & 0xffff);
    }
    return at;
  }

  private ByteBuffer content(int local, int size) {
    if (file.getInt(local) != LOCAL) {
      throw new IllegalArgumentException("Invalid zip file: its directory is damaged");
    }
    int names = (file.getShort(local + 26) & 0xffff) + (file.getShort(local + 28) & 0xffff);
    return file.slice(local + LOCAL_BYTES + names, size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private String text(int at, int length) {
    byte[] bytes = new byte[length];
    file.get(at, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
