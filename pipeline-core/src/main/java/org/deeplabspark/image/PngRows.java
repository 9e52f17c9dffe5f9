package org.deeplabspark.image;

import java.util.Iterator;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Inflates and unfilters the rows of a PNG in the order they are stored. Some rows are inflated at
 * a time: a call into zlib costs as much as a short row, and a whole image would not stay in the
 * cache.
 */
final class PngRows {

  /** Takes a row of packed samples and places its pixels x, x + step, ... of image row y. */
  interface Sink {
    void row(byte[] packed, int pixels, int y, int x, int step) throws MalformedImageException;
  }

  /** Adam7: first column and row, column and row step of each pass. */
  private static final int[][] PASSES = {
    {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
  };

  private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

  private static final String TOO_FEW_PIXELS = "PNG holds less pixels than its header says";

  /** Bytes inflated at once, or one row where that is longer. */
  private static final int BLOCK_BYTES = 1 << 16;

  private final PngChunks png;
  private final Deadline deadline;
  // Raw: zlib's checksum over the pixels would cost a quarter more, and the chunks have theirs.
  private final Inflater inflater = new Inflater(true);
  private final Iterator<PngChunks.Span> spans;

  private PngRows(PngChunks png, Deadline deadline) {
    this.deadline = deadline;
    this.png = png;
    this.spans = png.imageData().iterator();
  }

  static void read(PngChunks png, Sink sink, Deadline deadline) throws MalformedImageException {
    PngRows rows = new PngRows(png, deadline);
    try {
      rows.skipStreamHeader();
      for (int[] pass : png.header().interlaced() ? PASSES : ONE_PASS) {
        rows.pass(pass[0], pass[1], pass[2], pass[3], sink);
      }
    } finally {
      rows.inflater.end();
    }
  }

  private void pass(int left, int top, int stepX, int stepY, Sink sink)
      throws MalformedImageException {
    PngHeader header = png.header();
    int pixels = (header.width() - left + stepX - 1) / stepX;
    if (pixels < 1) {
      return;
    }
    int bytes = header.rowBytes(pixels);
    int distance = Math.max(1, header.bitsPerPixel() / 8);
    int rows = (header.height() - top + stepY - 1) / stepY;
    int blockRows = Math.max(1, Math.min(rows, BLOCK_BYTES / (bytes + 1)));
    byte[] block = new byte[blockRows * (bytes + 1)];
    byte[] row = new byte[bytes];
    byte[] above = new byte[bytes];
    for (int y = top, at = block.length; y < header.height(); y += stepY, at += bytes + 1) {
      if (at == block.length) {
        // The last block may be shorter: its rows end where the array does.
        int next = Math.min(blockRows, (header.height() - y + stepY - 1) / stepY);
        at = block.length - next * (bytes + 1);
        inflate(block, at);
      }
      unfilter(block, at, row, above, distance);
      sink.row(row, pixels, y, left, stepX);
      byte[] swap = above;
      above = row;
      row = swap;
    }
  }

  /** Two bytes say that deflate follows and no dictionary is wanted (RFC 1950). */
  private void skipStreamHeader() throws MalformedImageException {
    int header = 0;
    int seen = 0;
    while (seen < 2) {
      if (!spans.hasNext()) {
        throw new MalformedImageException("truncated", TOO_FEW_PIXELS);
      }
      PngChunks.Span span = spans.next();
      int take = Math.min(2 - seen, span.length());
      for (int i = 0; i < take; i++) {
        header = header << 8 | (png.content()[span.start() + i] & 0xff);
      }
      seen += take;
      inflater.setInput(png.content(), span.start() + take, span.length() - take);
    }
    boolean deflate = (header >> 8 & 0x0f) == 8 && header % 31 == 0 && (header & 0x20) == 0;
    if (!deflate) {
      throw new MalformedImageException("corrupt", "PNG pixels do not inflate: no zlib stream");
    }
  }

  /** Fills an array from an index on. */
  private void inflate(byte[] target, int from) throws MalformedImageException {
    deadline.check();
    try {
      for (int filled = from; filled < target.length; ) {
        int got = inflater.inflate(target, filled, target.length - filled);
        filled += got;
        if (got > 0) {
          continue;
        }
        if (inflater.finished() || inflater.needsDictionary() || !spans.hasNext()) {
          throw new MalformedImageException("truncated", TOO_FEW_PIXELS);
        }
        PngChunks.Span span = spans.next();
        inflater.setInput(png.content(), span.start(), span.length());
      }
    } catch (DataFormatException e) {
      throw new MalformedImageException(
          "corrupt", "PNG pixels do not inflate: " + e.getMessage(), e);
    }
  }

  /** Undoes the filter named at {@code block[at]} for the row after it. */
  private static void unfilter(byte[] block, int at, byte[] row, byte[] above, int distance)
      throws MalformedImageException {
    int bytes = row.length;
    int from = at + 1;
    int first = Math.min(distance, bytes); // bytes that have no left neighbour
    switch (block[at]) {
      case 0 -> System.arraycopy(block, from, row, 0, bytes);
      case 1 -> {
        System.arraycopy(block, from, row, 0, first);
        for (int i = first; i < bytes; i++) {
          row[i] = (byte) (block[from + i] + row[i - distance]);
        }
      }
      case 2 -> {
        for (int i = 0; i < bytes; i++) {
          row[i] = (byte) (block[from + i] + above[i]);
        }
      }
      case 3 -> {
        for (int i = 0; i < first; i++) {
          row[i] = (byte) (block[from + i] + (above[i] & 0xff) / 2);
        }
        for (int i = first; i < bytes; i++) {
          int left = row[i - distance] & 0xff;
          row[i] = (byte) (block[from + i] + (left + (above[i] & 0xff)) / 2);
        }
      }
      case 4 -> {
        for (int i = 0; i < first; i++) {
          row[i] = (byte) (block[from + i] + above[i]);
        }
        for (int i = first; i < bytes; i++) {
          byte left = row[i - distance];
          row[i] = (byte) (block[from + i] + paeth(left, above[i], above[i - distance]));
        }
      }
      default ->
          throw new MalformedImageException("corrupt", "PNG row of unknown filter " + block[at]);
    }
  }

  private static byte paeth(byte left, byte above, byte corner) {
    int a = left & 0xff;
    int b = above & 0xff;
    int c = corner & 0xff;
    int toLeft = Math.abs(b - c);
    int toAbove = Math.abs(a - c);
    int toCorner = Math.abs(a + b - 2 * c);
    if (toLeft <= toAbove && toLeft <= toCorner) {
      return left;
    }
    return toAbove <= toCorner ? above : corner;
  }
}
