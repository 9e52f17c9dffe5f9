package org.deeplabspark.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/**
 * What an ImageIO reader decoded to RGB. Stored grey and RGB values are taken as they are; the JDK
 * would brighten grey and apply profiles. Alpha is dropped.
 */
final class RasterPhoto {

  private RasterPhoto() {}

  static RgbImage of(BufferedImage image, Deadline deadline) throws MalformedImageException {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] rgb = new byte[3 * width * height];
    int shift = storedShift(image.getColorModel());
    if (shift >= 0) {
      copyStored(image.getRaster(), shift, rgb);
    } else {
      int[] row = new int[width];
      for (int y = 0; y < height; y++) {
        deadline.check();
        image.getRGB(0, y, width, 1, row, 0, width);
        int target = 3 * y * width;
        for (int color : row) {
          rgb[target++] = (byte) (color >> 16);
          rgb[target++] = (byte) (color >> 8);
          rgb[target++] = (byte) color;
        }
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** Bits above 8 that stored samples have; -1 where the samples are not grey or RGB values. */
  private static int storedShift(ColorModel model) throws MalformedImageException {
    int type = model.getTransferType();
    int space = model.getColorSpace().getType();
    if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE) {
      throw new MalformedImageException(
          "unsupported-format", "The image's samples are floating-point numbers");
    }
    if (!(model instanceof ComponentColorModel)
        || (space != ColorSpace.TYPE_GRAY && space != ColorSpace.TYPE_RGB)) {
      return -1;
    }
    return switch (type) {
      case DataBuffer.TYPE_BYTE -> 0;
      case DataBuffer.TYPE_USHORT -> 8;
      default -> -1;
    };
  }

  private static void copyStored(Raster raster, int shift, byte[] rgb) {
    int width = raster.getWidth();
    int bands = raster.getNumBands();
    int green = bands < 3 ? 0 : 1;
    int blue = bands < 3 ? 0 : 2;
    int[] row = new int[width * bands];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      int target = 3 * y * width;
      for (int i = 0; i < row.length; i += bands) {
        rgb[target++] = to8(row[i], shift);
        rgb[target++] = to8(row[i + green], shift);
        rgb[target++] = to8(row[i + blue], shift);
      }
    }
  }

  private static byte to8(int value, int shift) {
    return (byte) (shift == 0 ? value : (value * 255 + 32895) >> 16);
  }
}
