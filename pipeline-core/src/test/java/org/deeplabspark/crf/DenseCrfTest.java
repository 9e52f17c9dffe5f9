package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DenseCrfTest {

  private static final CrfSettings SETTINGS = CrfSettings.deepLabV2();

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void scoresMustBeFinite(float bad) {
    FeatureMap unary = Scenes.softUnary(2, 5, 4, 1);
    unary.values()[20 + 2 * 5 + 3] = bad;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DenseCrf(SETTINGS).marginals(Scenes.photo(5, 4, 1), unary))
        .withMessage("Invalid unary: scores must be finite, got " + bad + " for label 1 at (3, 2)");
  }

  @Test
  void sizesMustAgree() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new DenseCrf(SETTINGS)
                    .marginals(Scenes.photo(5, 4, 1), Scenes.softUnary(2, 4, 5, 1)))
        .withMessage("Invalid unary: must be of the image's size 5 x 4, got 4 x 5");
  }

  @Test
  void moreLabelsThanAMaskHasIdsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new DenseCrf(SETTINGS)
                    .marginals(Scenes.photo(2, 2, 1), Scenes.softUnary(256, 2, 2, 1)))
        .withMessage("Invalid unary: at most 255 labels, got 256");
  }

  @Test
  void noLabelsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureMap(0, 2, 2, new float[0]))
        .withMessageContaining("sizes must be at least 1, got 0 x 2 x 2");
  }

  @Test
  void compatibilityMustBeForTheLabelsThereAre() {
    PairwiseKernel kernel =
        new PairwiseKernel.Gaussian(
            1, 1, new Compatibility.Diagonal(List.of(1f, 2f, 3f)), Normalization.NONE);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new DenseCrf(Scenes.settings(1, kernel))
                    .marginals(Scenes.photo(2, 2, 1), Scenes.softUnary(2, 2, 2, 1)))
        .withMessage("Invalid compatibility: must be for 2 labels, got 3");
  }

  @Test
  void deviationsTooSmallForTheLatticeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new DenseCrf(Scenes.settings(1, Scenes.bilateral(1e-6f, 1, 1, Normalization.NONE)))
                    .marginals(Scenes.photo(9, 9, 1), Scenes.softUnary(2, 9, 9, 1)))
        .withMessageContaining("Invalid kernel: deviations too small");
  }

  @ParameterizedTest
  @CsvSource({"1,1,1", "1,9,7", "3,1,1", "255,3,2", "4,17,1", "4,1,17", "2,16,16"})
  void marginalsSumToOneEverywhere(int labels, int width, int height) {
    FeatureMap q =
        new DenseCrf(SETTINGS)
            .marginals(Scenes.photo(width, height, 3), Scenes.softUnary(labels, width, height, 4));

    for (int pixel = 0; pixel < q.planeSize(); pixel++) {
      double sum = 0;
      for (int label = 0; label < labels; label++) {
        sum += q.values()[label * q.planeSize() + pixel];
      }
      assertThat(sum).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void oneLabelIsCertain() {
    FeatureMap q =
        new DenseCrf(SETTINGS).marginals(Scenes.photo(6, 5, 3), Scenes.softUnary(1, 6, 5, 4));

    for (float value : q.values()) {
      assertThat(value).isCloseTo(1, within(1e-6f));
    }
  }

  /**
   * A pixel alone hears only itself: n = K 1 makes symmetric messages q itself, so one step has a
   * closed form.
   */
  @Test
  void aSinglePixelHearsItself() {
    FeatureMap unary = new FeatureMap(2, 1, 1, new float[] {1, 2});
    double q0 = 1 / (1 + Math.exp(-1));
    double gain = 3 * (2 * q0 - 1);

    FeatureMap q =
        new DenseCrf(Scenes.settings(1, Scenes.gaussian(1, 3, Normalization.SYMMETRIC)))
            .marginals(new RgbImage(1, 1, new byte[] {9, 8, 7}), unary);

    assertThat(q.values()[0]).isCloseTo((float) (1 / (1 + Math.exp(-1 - gain))), within(1e-6f));
  }

  @Test
  void theUnaryIsLeftAlone() {
    FeatureMap unary = Scenes.softUnary(3, 8, 8, 4);
    float[] before = unary.values().clone();

    new DenseCrf(SETTINGS).marginals(Scenes.photo(8, 8, 3), unary);

    assertThat(unary.values()).isEqualTo(before);
  }

  @Test
  void aUniformImageKeepsItsFavourite() {
    byte[] grey = new byte[3 * 20 * 10];
    Arrays.fill(grey, (byte) 77);
    FeatureMap unary = FeatureMap.zeros(3, 10, 20);
    Arrays.fill(unary.values(), 0, 200, 2f);
    Arrays.fill(unary.values(), 200, 400, 1f);
    Arrays.fill(unary.values(), 400, 600, 3f);

    FeatureMap q = new DenseCrf(SETTINGS).marginals(new RgbImage(20, 10, grey), unary);

    assertThat(q.argMax()).containsOnly(1);
    for (int pixel = 200; pixel < 400; pixel++) {
      assertThat(q.values()[pixel]).isGreaterThan(0.9f);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void threadsChangeNoByte(int threads) {
    RgbImage image = Scenes.photo(131, 97, 2);
    FeatureMap unary = Scenes.softUnary(21, 131, 97, 3);
    CrfSettings many =
        new CrfSettings(SETTINGS.iterations(), SETTINGS.kernels(), SETTINGS.retireBelow(), threads);

    assertThat(new DenseCrf(many).marginals(image, unary).values())
        .isEqualTo(new DenseCrf(SETTINGS).marginals(image, unary).values());
  }

  /** Images of other sizes and label counts before it change nothing. */
  @Test
  void answersDoNotDependOnWhatRanBefore() {
    DenseCrf used = new DenseCrf(SETTINGS);
    used.marginals(Scenes.photo(33, 21, 9), Scenes.softUnary(9, 33, 21, 9));
    used.marginals(Scenes.photo(5, 3, 9), Scenes.softUnary(2, 5, 3, 9));

    float[] again =
        used.marginals(Scenes.photo(19, 23, 1), Scenes.softUnary(5, 19, 23, 2)).values();

    assertThat(again)
        .isEqualTo(
            new DenseCrf(SETTINGS)
                .marginals(Scenes.photo(19, 23, 1), Scenes.softUnary(5, 19, 23, 2))
                .values());
  }
}
