package org.deeplabspark.testing;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.ImageIO;

/**
 * Files that begin like images and that no decoder should be trusted with: too deep, too slow, of
 * kinds that few programs read, or damaged without looking so.
 */
public final class OddImages {

  private OddImages() {}

  /**
   * A TIFF of one pixel whose directory has a directory in it, and so on; 18 bytes each. From a few
   * thousand on a recursive reader's stack overflows. {@code corrupt}.
   */
  public static byte[] nestedTiff(int depth) {
    int page = 9;
    int pageBytes = 2 + 12 * 9 + 4;
    int nestedBytes = 2 + 12 + 4;
    ByteBuffer tiff = ByteBuffer.allocate(page + pageBytes + depth * nestedBytes);
    tiff.put(new byte[] {'M', 'M', 0, 42}).putInt(page).put((byte) 77);
    int[] tags = {256, 257, 258, 259, 262, 273, 278, 279, 330};
    int[] values = {1, 1, 8, 1, 1, 8, 1, 1, page + pageBytes};
    tiff.putShort((short) tags.length);
    for (int i = 0; i < tags.length; i++) {
      tiff.putShort((short) tags[i]).putShort((short) 4).putInt(1).putInt(values[i]);
    }
    tiff.putInt(0);
    for (int i = 1; i <= depth; i++) {
      int next = i < depth ? tiff.position() + nestedBytes : 0;
      tiff.putShort((short) 1).putShort((short) 330).putShort((short) 4).putInt(1).putInt(next);
      tiff.putInt(0);
    }
    return tiff.array();
  }

  /**
   * A sound grey progressive JPEG of many scans, of about {@code width * height / 130_000 + 10}
   * bytes each, for each of which a decoder makes all pixels anew: some milliseconds a megapixel.
   * {@code too-slow} where scans are enough.
   */
  public static byte[] manyScans(int width, int height, int scans) {
    int blocks = ((width + 7) / 8) * ((height + 7) / 8);
    byte[] quantization = new byte[64];
    Arrays.fill(quantization, (byte) 1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    bytes(out, 0xff, 0xd8, 0xff, 0xdb, 0, 67, 0);
    out.writeBytes(quantization);
    bytes(out, 0xff, 0xc2, 0, 11, 8, height >> 8, height, width >> 8, width, 1, 1, 0x11, 0);
    // One code each, of one bit: no difference; a run of 2^14 and more blocks that end at once.
    for (int table : new int[] {0x00, 0x10}) {
      bytes(out, 0xff, 0xc4, 0, 20, table, 1);
      out.writeBytes(new byte[15]);
      bytes(out, table == 0 ? 0 : 0xe0);
    }
    bytes(out, 0xff, 0xda, 0, 8, 1, 1, 0x00, 0, 0, 0);
    out.writeBytes(new byte[(blocks + 7) / 8]);
    int runs = (blocks + 16383) / 16384;
    byte[] scan = new byte[(15 * runs + 7) / 8]; // a bit of code and 14 of a run's further length
    for (int i = 0; i < scans; i++) {
      bytes(out, 0xff, 0xda, 0, 8, 1, 1, 0x00, 1, 63, 0);
      out.writeBytes(scan);
    }
    bytes(out, 0xff, 0xd9);
    return out.toByteArray();
  }

  /** The beginning of a BigTIFF. {@code unsupported-format}. */
  public static byte[] bigTiff() {
    byte[] start = {'I', 'I', 43, 0, 8, 0, 0, 0, 16};
    return Arrays.copyOf(start, 64);
  }

  /** A JPEG whose header says that its samples have 12 bits. {@code unsupported-format}. */
  public static byte[] twelveBitJpeg() {
    byte[] jpeg = photograph();
    int frame = marker(jpeg, 0xc0, 2);
    jpeg[frame + 1] = (byte) 0xc1;
    jpeg[frame + 4] = 12;
    return jpeg;
  }

  /** A JPEG whose header says that it is arithmetic-coded. {@code unsupported-format}. */
  public static byte[] arithmeticJpeg() {
    byte[] jpeg = photograph();
    jpeg[marker(jpeg, 0xc0, 2) + 1] = (byte) 0xc9;
    return jpeg;
  }

  /**
   * A JPEG with bytes that no block needs between its pixels and its end, as a damaged one has.
   * {@code corrupt}.
   */
  public static byte[] extraneousBytesJpeg() {
    byte[] jpeg = photograph();
    int end = marker(jpeg, 0xd9, marker(jpeg, 0xda, 2));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, end);
    bytes(out, 0x31, 0x41, 0x59, 0x26, 0x53, 0x58, 0x97, 0x93, 0x23, 0x84, 0x62, 0x64);
    out.write(jpeg, end, jpeg.length - end);
    return out.toByteArray();
  }

  /** A sound JPEG with bytes behind its end, as phones append them: an image like any other. */
  public static byte[] trailingBytesJpeg() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(photograph());
    bytes(out, 1, 2, 3, 0xff, 0xd8, 0xff, 0xd9, 4);
    return out.toByteArray();
  }

  private static byte[] photograph() {
    BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setPaint(new GradientPaint(0, 0, Color.ORANGE, 64, 48, Color.BLUE));
    g.fillRect(0, 0, 64, 48);
    g.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpg", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static int marker(byte[] jpeg, int marker, int from) {
    for (int i = from; ; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == marker) {
        return i;
      }
    }
  }

  private static void bytes(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      out.write(value);
    }
  }
}
