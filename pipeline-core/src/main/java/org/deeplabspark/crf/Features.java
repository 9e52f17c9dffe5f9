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

  /** Fills planes of {@code stride} with the features of a row of pixels. */
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
