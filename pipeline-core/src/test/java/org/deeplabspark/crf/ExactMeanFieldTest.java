package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The oracle against the reference's own brute force, and the lattice's distance from the exact
 * answer.
 */
class ExactMeanFieldTest {

  // Our weights are floats: 0.7 is 2e-8 off the double the reference was asked for.
  private static final double WEIGHT_ROUNDING = 1e-7;

  @TestFactory
  Stream<DynamicTest> bruteForceMatchesTheReferences() {
    return GoldenRuns.all().stream()
        .filter(run -> run.hasExact() && run.image().pixels() < 100)
        .map(
            run ->
                DynamicTest.dynamicTest(
                    run.name(),
                    () ->
                        assertThat(
                                largestDifference(
                                    ExactMeanField.marginals(
                                        run.settings(1), run.image(), run.unary()),
                                    run.exact()))
                            .isLessThan(WEIGHT_ROUNDING)));
  }

  /**
   * At xy std 3 a lattice cell is small against the kernel's reach: the approximation is a good
   * one.
   */
  @Test
  void latticeIsNearTheExactGaussian() {
    RgbImage image = Scenes.photo(31, 23, 5);
    FeatureMap unary = Scenes.softUnary(4, 31, 23, 6);
    for (Normalization normalization : List.of(Normalization.AFTER, Normalization.SYMMETRIC)) {
      CrfSettings settings = Scenes.settings(3, Scenes.gaussian(3, 1, normalization));

      assertThat(rootMeanSquare(settings, image, unary)).isLessThan(0.01);
    }
  }

  @Test
  void latticeIsNearTheExactBilateral() {
    RgbImage image = Scenes.photo(31, 23, 7);
    FeatureMap unary = Scenes.softUnary(4, 31, 23, 8);
    CrfSettings settings = Scenes.settings(3, Scenes.bilateral(20, 40, 1, Normalization.SYMMETRIC));

    assertThat(rootMeanSquare(settings, image, unary)).isLessThan(0.01);
  }

  /** Without kernels both are the softmax of -U. */
  @Test
  void withoutKernelsNothingIsApproximated() {
    RgbImage image = Scenes.photo(31, 23, 7);
    FeatureMap unary = Scenes.softUnary(4, 31, 23, 8);

    assertThat(rootMeanSquare(Scenes.settings(3), image, unary)).isLessThan(1e-7);
  }

  private static double rootMeanSquare(CrfSettings settings, RgbImage image, FeatureMap unary) {
    double[] exact = ExactMeanField.marginals(settings, image, unary);
    float[] ours = new DenseCrf(settings).marginals(image, unary).values();
    double sum = 0;
    for (int i = 0; i < ours.length; i++) {
      sum += (ours[i] - exact[i]) * (ours[i] - exact[i]);
    }
    return Math.sqrt(sum / ours.length);
  }

  private static double largestDifference(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }
}
