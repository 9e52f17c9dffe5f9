package org.deeplabspark.image;

import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * Decoded JPEG components to RGB, by the formulas of libjpeg and Pillow: embedded colour profiles
 * do not count, four-component files are turned to RGB as (255 - ink) * (255 - black) / 255.
 *
 * <p>The components are asked for as they are stored, since the readers' own conversions depend on
 * profiles that a machine may or may not have.
 */
final class JpegPhoto {

  private JpegPhoto() {}

  static RgbImage decode(byte[] content, SizeLimit limit, Deadline deadline)
      throws MalformedImageException {
    JpegHeader header = JpegHeader.read(content, limit);
    Raster raster = ImageReaders.jpegComponents(content, header, deadline);
    int width = raster.getWidth();
    int height = raster.getHeight();
    int bands = raster.getNumBands();
    if (width != header.width()
        || height != header.height()
        || raster.getSampleModel().getDataType() != DataBuffer.TYPE_BYTE
        || bands != bands(header.colors())) {
      throw new MalformedImageException("corrupt", "JPEG pixels do not match the header");
    }
    byte[] rgb = new byte[3 * width * height];
    byte[] row = new byte[bands * width];
    for (int y = 0; y < height; y++) {
      raster.getDataElements(0, y, width, 1, row);
      convert(row, header, rgb, 3 * y * width);
    }
    return new RgbImage(width, height, rgb);
  }

  private static int bands(JpegHeader.Colors colors) {
    return switch (colors) {
      case GREY -> 1;
      case RGB, YCC -> 3;
      case CMYK, YCCK -> 4;
    };
  }

  private static void convert(byte[] row, JpegHeader header, byte[] rgb, int target) {
    switch (header.colors()) {
      case GREY -> {
        for (int i = 0; i < row.length; i++) {
          rgb[target + 3 * i] = row[i];
          rgb[target + 3 * i + 1] = row[i];
          rgb[target + 3 * i + 2] = row[i];
        }
      }
      case RGB -> System.arraycopy(row, 0, rgb, target, row.length);
      case YCC -> {
        for (int i = 0; i < row.length; i += 3) {
          yccToRgb(row, i, rgb, target + i);
        }
      }
      case CMYK, YCCK -> {
        for (int i = 0; i < row.length; i += 4, target += 3) {
          if (header.colors() == JpegHeader.Colors.YCCK) {
            yccToRgb(row, i, rgb, target);
            for (int c = 0; c < 3; c++) {
              row[i + c] = (byte) ~rgb[target + c];
            }
          }
          int flip = header.adobe() ? 0 : 0xff;
          int light = (row[i + 3] & 0xff) ^ flip;
          for (int c = 0; c < 3; c++) {
            rgb[target + c] = (byte) ((((row[i + c] & 0xff) ^ flip) * light + 127) / 255);
          }
        }
      }
    }
  }

  /** ITU-R BT.601, full range, in the 16-bit fixed point of libjpeg's jdcolor.c. */
  private static void yccToRgb(byte[] ycc, int at, byte[] rgb, int target) {
    int y = ycc[at] & 0xff;
    int cb = (ycc[at + 1] & 0xff) - 128;
    int cr = (ycc[at + 2] & 0xff) - 128;
    rgb[target] = clamp(y + ((91881 * cr + 32768) >> 16));
    rgb[target + 1] = clamp(y + ((-22554 * cb - 46802 * cr + 32768) >> 16));
    rgb[target + 2] = clamp(y + ((116130 * cb + 32768) >> 16));
  }

  private static byte clamp(int value) {
    return (byte) Math.min(Math.max(value, 0), 255);
  }
}
