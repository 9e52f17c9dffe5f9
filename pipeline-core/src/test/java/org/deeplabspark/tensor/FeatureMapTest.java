package org.deeplabspark.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class FeatureMapTest {

  @Test
  void firstOfEqualMaximaWins() {
    FeatureMap map = new FeatureMap(3, 1, 3, new float[] {1, 0, 2, 1, 3, 2, 0, 3, 2});

    assertThat(map.argMax()).containsExactly(0, 1, 0);
  }

  @Test
  void nanNeverWins() {
    FeatureMap map = new FeatureMap(2, 1, 2, new float[] {Float.NaN, 1, -5, Float.NaN});

    assertThat(map.argMax()).containsExactly(1, 0);
  }

  @Test
  void lengthMustBeTheProductOfTheSizes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FeatureMap(2, 3, 4, new float[23]))
        .withMessage("Invalid feature map: 2 x 3 x 4 needs 24 values, got 23");
  }

  @Test
  void sizesThatOverflowAnArrayAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FeatureMap.zeros(255, 4096, 4096))
        .withMessageContaining("more than one array holds");
  }
}
