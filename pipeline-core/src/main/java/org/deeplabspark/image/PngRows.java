package org.deeplabspark.image;

import java.util.Iterator;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates and unfilters the rows of a PNG, one at a time, in the order they are stored. */
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

  private final PngChunks png;
  private final Inflater inflater = new Inflater();
  private final Iterator<PngChunks.Span> spans;

  private PngRows(PngChunks png) {
    this.png = png;
    this.spans = png.imageData().iterator();
  }

  static void read(PngChunks png, Sink sink) throws MalformedImageException {
    PngRows rows = new PngRows(png);
    try {
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
    byte[] filter = new byte[1];
    byte[] row = new byte[bytes];
    byte[] above = new byte[bytes];
    for (int y = top; y < header.height(); y += stepY) {
      inflate(filter);
      inflate(row);
      unfilter(filter[0], row, above, distance);
      sink.row(row, pixels, y, left, stepX);
      byte[] swap = above;
      above = row;
      row = swap;
    }
  }

  private void inflate(byte[] target) throws MalformedImageException {
    try {
      for (int filled = 0; filled < target.length; ) {
        int got = inflater.inflate(target, filled, target.length - filled);
        filled += got;
        if (got > 0) {
          continue;
        }
        if (inflater.finished() || inflater.needsDictionary() || !spans.hasNext()) {
          throw new MalformedImageException(
              "truncated", "PNG holds less pixels than its header says");
        }
        PngChunks.Span span = spans.next();
        inflater.setInput(png.content(), span.start(), span.length());
      }
    } catch (DataFormatException e) {
      throw new MalformedImageException(
          "corrupt", "PNG pixels do not inflate: " + e.getMessage(), e);
    }
  }

  private static void unfilter(byte filter, byte[] row, byte[] above, int distance)
      throws MalformedImageException {
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = distance; i < row.length; i++) {
          row[i] += row[i - distance];
        }
      }
      case 2 -> {
        for (int i = 0; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = 0; i < row.length; i++) {
          int left = i < distance ? 0 : row[i - distance] & 0xff;
          row[i] += (byte) ((left + (above[i] & 0xff)) / 2);
        }
      }
      case 4 -> {
        for (int i = 0; i < row.length; i++) {
          row[i] +=
              i < distance ? above[i] : paeth(row[i - distance], above[i], above[i - distance]);
        }
      }
      default ->
          throw new MalformedImageException("corrupt", "PNG row of unknown filter " + filter);
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
