package org.deeplabspark.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SoftmaxTest {

  @Test
  void probabilitiesAreThoseOfTheFormula() {
    Random random = new Random(3);
    FeatureMap logits = FeatureMap.zeros(21, 17, 31); // more pixels than a block, not a multiple
    for (int i = 0; i < logits.values().length; i++) {
      logits.values()[i] = (float) random.nextGaussian() * 10;
    }

    FeatureMap probabilities = new FeatureMap(21, 17, 31, logits.values().clone());
    Softmax.inPlace(probabilities);

    for (int pixel = 0; pixel < logits.planeSize(); pixel++) {
      double sum = 0;
      for (int c = 0; c < 21; c++) {
        sum += Math.exp(logits.values()[c * logits.planeSize() + pixel]);
      }
      for (int c = 0; c < 21; c++) {
        int at = c * logits.planeSize() + pixel;
        assertThat((double) probabilities.values()[at])
            .isCloseTo(Math.exp(logits.values()[at]) / sum, within(1e-6));
      }
    }
  }

  @Test
  void hugeScoresAreSafeAndNanStaysNan() {
    FeatureMap logits =
        new FeatureMap(2, 1, 3, new float[] {3e38f, -3e38f, Float.NaN, -3e38f, -3e38f, 0});

    Softmax.inPlace(logits);

    assertThat(logits.values()).containsExactly(1, 0.5f, Float.NaN, 0, 0.5f, Float.NaN);
  }

  @Test
  void exponentialIsAccurateOverItsRange() {
    double worst = 0;
    for (float x = 0; x > -87.3f; x -= 0.001f) {
      double exact = Math.exp(x);
      worst = Math.max(worst, Math.abs(Exponential.ofNonPositive(x) - exact) / exact);
    }

    assertThat(worst).isLessThan(3e-7);
    assertThat(Exponential.ofNonPositive(0)).isEqualTo(1);
    assertThat(Exponential.ofNonPositive(-88)).isZero();
    assertThat(Exponential.ofNonPositive(Float.NEGATIVE_INFINITY)).isZero();
  }
}
