package org.deeplabspark.crf;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * One pairwise term of the energy: exp(-|f_i - f_j|^2 / 2) over all pairs of pixels, the pixel
 * itself included.
 */
public sealed interface PairwiseKernel extends Serializable {

  /** Standard deviations of the features, in their order. */
  List<Float> deviations();

  /** Maps the filtered marginals to energies. */
  Compatibility compatibility();

  /** How the filter is normalised. */
  Normalization normalization();

  /**
   * Smooths by position alone: f = (x / xStd, y / yStd).
   *
   * @param xStd standard deviation in pixels, above 0
   * @param yStd standard deviation in pixels, above 0
   * @param compatibility maps the filtered marginals to energies
   * @param normalization how the filter is normalised
   */
  record Gaussian(float xStd, float yStd, Compatibility compatibility, Normalization normalization)
      implements PairwiseKernel {
    /**
     * Checks the deviations.
     *
     * @throws IllegalArgumentException if one is not a positive finite number
     */
    public Gaussian {
      requireDeviation("xStd", xStd);
      requireDeviation("yStd", yStd);
      Objects.requireNonNull(compatibility, "compatibility");
      Objects.requireNonNull(normalization, "normalization");
    }

    @Override
    public List<Float> deviations() {
      return List.of(xStd, yStd);
    }
  }

  /**
   * Smooths by position and colour: f = (x / xStd, y / yStd, red / redStd, green / greenStd, blue /
   * blueStd).
   *
   * @param xStd standard deviation in pixels, above 0
   * @param yStd standard deviation in pixels, above 0
   * @param redStd standard deviation in units of 0..255, above 0
   * @param greenStd standard deviation in units of 0..255, above 0
   * @param blueStd standard deviation in units of 0..255, above 0
   * @param compatibility maps the filtered marginals to energies
   * @param normalization how the filter is normalised
   */
  record Bilateral(
      float xStd,
      float yStd,
      float redStd,
      float greenStd,
      float blueStd,
      Compatibility compatibility,
      Normalization normalization)
      implements PairwiseKernel {
    /**
     * Checks the deviations.
     *
     * @throws IllegalArgumentException if one is not a positive finite number
     */
    public Bilateral {
      requireDeviation("xStd", xStd);
      requireDeviation("yStd", yStd);
      requireDeviation("redStd", redStd);
      requireDeviation("greenStd", greenStd);
      requireDeviation("blueStd", blueStd);
      Objects.requireNonNull(compatibility, "compatibility");
      Objects.requireNonNull(normalization, "normalization");
    }

    @Override
    public List<Float> deviations() {
      return List.of(xStd, yStd, redStd, greenStd, blueStd);
    }
  }

  private static void requireDeviation(String name, float deviation) {
    if (!(deviation > 0) || deviation == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          String.format("Invalid kernel: %s must be a positive number, got %s", name, deviation));
    }
  }
}
