package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.junit.jupiter.api.Test;

class LatticeReuseTest {

  private static final RgbImage IMAGE = Scenes.photo(61, 47, 3);
  private static final FeatureMap UNARY = Scenes.softUnary(5, 61, 47, 4);

  @Test
  void otherWeightsIterationsAndNormalisationsGiveTheAnswersOfAFreshRun() {
    List<CrfSettings> sweep =
        List.of(
            settings(3, 67, Normalization.SYMMETRIC),
            settings(5, 67, Normalization.SYMMETRIC),
            settings(5, 67, Normalization.AFTER),
            settings(2, 40, Normalization.BEFORE),
            settings(1, 67, Normalization.NONE));
    DenseCrf crf = new DenseCrf(CrfSettings.deepLabV2());
    crf.marginals(IMAGE, UNARY);
    for (CrfSettings settings : sweep) {
      crf.use(settings);

      assertThat(crf.marginalsOfLastImage(UNARY).values())
          .isEqualTo(new DenseCrf(settings).marginals(IMAGE, UNARY).values());
    }
  }

  private static CrfSettings settings(float weight, float xyStd, Normalization normalization) {
    return Scenes.settings(
        (int) weight,
        Scenes.bilateral(xyStd, 3, weight, normalization),
        Scenes.gaussian(1, 3, normalization));
  }

  @Test
  void withoutAnImageThereIsNothingToUseAgain() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new DenseCrf(CrfSettings.deepLabV2()).marginalsOfLastImage(UNARY))
        .withMessage("no image whose lattices could be used again");
  }
}
