package org.deeplabspark.crf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.deeplabspark.tensor.FeatureMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrfSettingsTest {

  @ParameterizedTest
  @ValueSource(floats = {0, -1, Float.NaN, Float.POSITIVE_INFINITY})
  void deviationsMustBePositive(float deviation) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scenes.gaussian(deviation, 1, Normalization.NONE))
        .withMessage("Invalid kernel: xStd must be a positive number, got " + deviation);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scenes.bilateral(3, deviation, 1, Normalization.NONE))
        .withMessage("Invalid kernel: redStd must be a positive number, got " + deviation);
  }

  @Test
  void weightsMustBeFinite() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Compatibility.Potts(Float.NaN))
        .withMessage("Invalid compatibility: finite weights, got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Compatibility.Diagonal(List.of()))
        .withMessage("Invalid compatibility: a weight for each label, got none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Compatibility.Matrix(List.of(List.of(1f, 2f))))
        .withMessage("Invalid compatibility: a square matrix, got 1 rows with one of 2 weights");
  }

  @Test
  void numbersMustBeInRange() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CrfSettings(-1, List.of(), 0, 1))
        .withMessage("Invalid CRF settings: iterations must be at least 0, got -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CrfSettings(1, List.of(), Float.NaN, 1))
        .withMessage("Invalid CRF settings: retireBelow must be in [0, 1), got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CrfSettings(1, List.of(), 0, 0))
        .withMessage("Invalid CRF settings: threads must be at least 1, got 0");
  }

  @Test
  void energiesAreClippedNegativeLogarithms() {
    FeatureMap unary = Unary.fromProbabilities(new FeatureMap(1, 1, 3, new float[] {1, 0.5f, 0}));

    assertThat(unary.values()).containsExactly(0f, (float) Math.log(2), (float) -Math.log(1e-5f));
  }

  @Test
  void probabilitiesMustBeProbabilities() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Unary.fromProbabilities(new FeatureMap(1, 1, 1, new float[] {Float.NaN})))
        .withMessage("Invalid probability: must be in [0, 1], got NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Unary.fromProbabilities(new FeatureMap(1, 1, 1, new float[] {-0.1f})))
        .withMessage("Invalid probability: must be in [0, 1], got -0.1");
  }
}
