package org.deeplabspark.testing;

import com.twelvemonkeys.imageio.color.ColorSpaces;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Transparency;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/**
 * A folder as camera archives are: readable images of every kind under awkward names, and files
 * that are none.
 */
public final class NastyFolder {

  /** Ids of the images that must get a mask. */
  public static final List<String> GOOD =
      List.of(
          "cmyk",
          "comma, and spaces",
          "grey16",
          "hash#1",
          "one",
          "percent%41",
          "rgba",
          "[x]*{y}",
          "_partial",
          "照片");

  /** Ids of the files that must end in errors. */
  public static final List<String> BAD = List.of("huge", "text", "truncated", "zero");

  private NastyFolder() {}

  /** Fills a directory. */
  public static void write(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("below"));
    byte[] png = encode(drawn(BufferedImage.TYPE_INT_RGB, 64, 48), "png");
    byte[] jpeg = encode(drawn(BufferedImage.TYPE_INT_RGB, 64, 48), "jpg");
    for (String name :
        List.of("comma, and spaces.png", "hash#1.PNG", "percent%41.png", "[x]*{y}.png", "照片.png")) {
      Files.write(folder.resolve(name), png);
    }
    Files.write(folder.resolve("cmyk.jpg"), encode(cmyk(), "jpg"));
    Files.write(
        folder.resolve("grey16.png"), encode(drawn(BufferedImage.TYPE_USHORT_GRAY, 64, 48), "png"));
    Files.write(
        folder.resolve("rgba.png"), encode(drawn(BufferedImage.TYPE_INT_ARGB, 64, 48), "png"));
    Files.write(folder.resolve("one.png"), encode(drawn(BufferedImage.TYPE_INT_RGB, 1, 1), "png"));
    Files.write(folder.resolve("huge.png"), claiming(png, 60_000, 60_000));
    Files.writeString(folder.resolve("text.png"), "This is no picture.\n");
    Files.write(folder.resolve("truncated.jpg"), Arrays.copyOf(jpeg, jpeg.length / 2));
    Files.write(folder.resolve("zero.jpg"), new byte[0]);
    Files.writeString(folder.resolve("readme.txt"), "not an image, and not named like one\n");
    Files.write(folder.resolve(".hidden.png"), png);
    Files.write(folder.resolve("_partial.png"), png);
    Files.write(folder.resolve("below/deeper.png"), png);
  }

  /** Makes a pipe that nobody writes to. */
  public static void pipe(Path place) throws IOException {
    try {
      if (new ProcessBuilder("mkfifo", place.toString()).start().waitFor() != 0) {
        throw new IOException("mkfifo failed");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static BufferedImage drawn(int type, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D g = image.createGraphics();
    g.setPaint(new GradientPaint(0, 0, Color.ORANGE, width, height, Color.BLUE));
    g.fillRect(0, 0, width, height);
    g.dispose();
    return image;
  }

  private static BufferedImage cmyk() {
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpaces.getColorSpace(ColorSpaces.CS_GENERIC_CMYK),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_BYTE);
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 64, 48, 4, null);
    for (int y = 0; y < 48; y++) {
      for (int x = 0; x < 64; x++) {
        raster.setPixel(x, y, new int[] {4 * x, 5 * y, 40, 10});
      }
    }
    return new BufferedImage(model, raster, false, null);
  }

  /** The same PNG with another size in its header, checksum included. */
  private static byte[] claiming(byte[] png, int width, int height) {
    ByteBuffer changed = ByteBuffer.wrap(png.clone());
    changed.putInt(16, width).putInt(20, height);
    CRC32 crc = new CRC32();
    crc.update(changed.array(), 12, 17);
    changed.putInt(29, (int) crc.getValue());
    return changed.array();
  }

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, bytes)) {
      throw new IOException("No writer of " + format);
    }
    return bytes.toByteArray();
  }
}
