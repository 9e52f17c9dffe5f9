package org.deeplabspark.crf;

import org.deeplabspark.image.RgbImage;

/**
 * The features of an image's pixels, float32 as in the reference: place and colour over their
 * deviations.
 */
final class Features {

  private final RgbImage image;
  private final float[] deviations;

  private Features(RgbImage image, float... deviations) {
    this.image = image;
    this.deviations = deviations;
  }

  static Features of(PairwiseKernel kernel, RgbImage image) {
    if (kernel instanceof PairwiseKernel.Gaussian g) {
      return new Features(image, g.xStd(), g.yStd());
    }
    PairwiseKernel.Bilateral b = (PairwiseKernel.Bilateral) kernel;
    return new Features(image, b.xStd(), b.yStd(), b.redStd(), b.greenStd(), b.blueStd());
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

  /** Fills {@code feature} with the values of the pixel at (x, y). */
  void read(int x, int y, float[] feature) {
    feature[0] = x / deviations[0];
    feature[1] = y / deviations[1];
    int rgb = 3 * (y * image.width() + x);
    for (int i = 2; i < deviations.length; i++) {
      feature[i] = (image.rgb()[rgb + i - 2] & 0xff) / deviations[i];
    }
  }
}
