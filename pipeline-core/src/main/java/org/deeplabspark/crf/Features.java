package org.deeplabspark.crf;

import org.deeplabspark.image.RgbImage;

/**
 * A kernel's features of an image's pixels, float32 as in the reference: x, y and colours over
 * their standard deviations.
 */
final class Features {

  private final RgbImage image;
  private final float[] deviations;

  Features(RgbImage image, PairwiseKernel kernel) {
    this.image = image;
    deviations = new float[kernel.deviations().size()];
    for (int i = 0; i < deviations.length; i++) {
      deviations[i] = kernel.deviations().get(i);
    }
  }

  int dimensions() {
    return deviations.length;
  }

  int width() {
    return image.width();
  }

  int height() {
    return image.height();
  }

  /** Largest value of one feature over any image of this size; the smallest is 0. */
  float largest(int dimension) {
    return switch (dimension) {
      case 0 -> (image.width() - 1) / deviations[0];
      case 1 -> (image.height() - 1) / deviations[1];
      default -> 255 / deviations[dimension];
    };
  }

  /** Writes a row of pixels into planes of {@code stride} floats, one plane a feature. */
  void read(int y, float[] feature, int stride) {
    int width = image.width();
    float vertical = y / deviations[1];
    for (int x = 0; x < width; x++) {
      feature[x] = x / deviations[0];
      feature[stride + x] = vertical;
    }
    byte[] rgb = image.rgb();
    for (int i = 2; i < deviations.length; i++) {
      int from = 3 * y * width + i - 2;
      for (int x = 0; x < width; x++) {
        feature[i * stride + x] = (rgb[from + 3 * x] & 0xff) / deviations[i];
      }
    }
  }
}
