package org.deeplabspark.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.RenderedImage;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Small image files, written by the JDK or, where it cannot, byte by byte. */
final class ImageFiles {

  private ImageFiles() {}

  /** A smooth picture with noise of a few levels. */
  static BufferedImage picture(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    Random random = new Random(5);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = 255 * x / width;
        int green = 255 * y / height;
        int blue = 100 + random.nextInt(20);
        image.setRGB(x, y, 0xff << 24 | red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  static byte[] write(RenderedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalStateException("No writer of " + format);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** By a writer's compression of that name. */
  static byte[] compressed(RenderedImage image, String format, String compression) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam how = writer.getDefaultWriteParam();
      how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      how.setCompressionType(compression);
      writer.write(null, new IIOImage(image, null, null), how);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  /** Four components as they are: no markers, no conversion. */
  static byte[] fourComponentJpeg(int width, int height, int... components) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, width, height, 4, null);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        raster.setPixel(x, y, components);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(raster, null, null), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  /** Puts an Adobe marker behind the start of a JPEG. */
  static byte[] withAdobeMarker(byte[] jpeg, int transform) {
    byte[] marker = {
      (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
    };
    return ByteBuffer.allocate(jpeg.length + marker.length)
        .put(jpeg, 0, 2)
        .put(marker)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  /** One grey pixel, whose directory has another in it, and so on. */
  static byte[] nestedTiff(int depth) {
    return tiff(1, 1, 1, new byte[] {77}, depth);
  }

  /** A grey JPEG as the only strip of a TIFF. */
  static byte[] jpegInTiff(int width, int height, byte[] jpeg) {
    return tiff(width, height, 7, jpeg, 1);
  }

  private static byte[] tiff(int width, int height, int compression, byte[] strip, int depth) {
    int page = 8 + strip.length;
    int pageBytes = 2 + 12 * 9 + 4;
    int nestedBytes = 2 + 12 + 4;
    ByteBuffer tiff = ByteBuffer.allocate(page + pageBytes + depth * nestedBytes);
    tiff.put(new byte[] {'M', 'M', 0, 42}).putInt(page).put(strip);
    int[] tags = {256, 257, 258, 259, 262, 273, 278, 279, 330};
    int[] values = {width, height, 8, compression, 1, 8, height, strip.length, page + pageBytes};
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
   * A grey progressive JPEG that says what it has said before in each of its scans, of 20 bytes or
   * more: a decoder makes all its pixels anew for each.
   */
  static byte[] manyScans(int width, int height, int scans) {
    int blocks = ((width + 7) / 8) * ((height + 7) / 8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] quantization = new byte[64];
    Arrays.fill(quantization, (byte) 1);
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

  /** A lossless JPEG (process 14) of one grey, 128: no sample differs from the one before it. */
  static byte[] losslessJpeg(int width, int height) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    bytes(out, 0xff, 0xd8);
    bytes(out, 0xff, 0xc3, 0, 11, 8, height >> 8, height, width >> 8, width, 1, 1, 0x11, 0);
    bytes(out, 0xff, 0xc4, 0, 20, 0, 1);
    out.writeBytes(new byte[15]);
    bytes(out, 0, 0xff, 0xda, 0, 8, 1, 1, 0, 1, 0, 0);
    out.writeBytes(new byte[(width * height + 7) / 8]);
    bytes(out, 0xff, 0xd9);
    return out.toByteArray();
  }

  private static void bytes(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      out.write(value);
    }
  }

  /** Puts bytes into a file. */
  static byte[] with(byte[] file, int at, int... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, at);
    bytes(out, values);
    out.write(file, at, file.length - at);
    return out.toByteArray();
  }

  /** Where a JPEG's marker stands, from a position on. */
  static int marker(byte[] jpeg, int marker, int from) {
    for (int i = from; ; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == marker) {
        return i;
      }
    }
  }

  /** A PNG of any header around any rows, each row with its filter byte. */
  static byte[] png(
      int width, int height, int depth, int colorType, int interlace, byte[] palette, byte[] rows) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PngChunks.SIGNATURE);
    chunk(
        out,
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(width)
            .putInt(height)
            .put(new byte[] {(byte) depth, (byte) colorType, 0, 0, (byte) interlace})
            .array());
    if (palette != null) {
      chunk(out, "PLTE", palette);
    }
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(data, new Deflater())) {
      deflater.write(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    chunk(out, "IDAT", data.toByteArray());
    chunk(out, "IEND", new byte[0]);
    return out.toByteArray();
  }

  static void chunk(ByteArrayOutputStream out, String type, byte[] data) {
    CRC32 crc = new CRC32();
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    crc.update(name);
    crc.update(data);
    out.writeBytes(
        ByteBuffer.allocate(data.length + 12)
            .putInt(data.length)
            .put(name)
            .put(data)
            .putInt((int) crc.getValue())
            .array());
  }
}
