package org.deeplabspark.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.deeplabspark.image.LabelMask;
import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {

  private static LabelMask mask(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return new LabelMask(labels.length, 1, bytes);
  }

  @Test
  void rowsAreTruthAndColumnsPrediction() {
    ConfusionMatrix matrix = ConfusionMatrix.of(3, mask(0, 0, 1, 2), mask(0, 1, 1, 0));

    assertThat(matrix.count(0, 1)).isEqualTo(1);
    assertThat(matrix.count(1, 0)).isZero();
    assertThat(matrix.count(2, 0)).isEqualTo(1);
    assertThat(matrix.pixels()).isEqualTo(4);
    assertThat(matrix.iou(0)).isEqualTo(new ClassIou(0, 1, 2, 2));
    assertThat(matrix.iou(0).union()).isEqualTo(3);
    assertThat(matrix.iou(0).dice()).isEqualTo(0.5);
  }

  @Test
  void voidPixelsCountNowhere() {
    ConfusionMatrix matrix = ConfusionMatrix.of(2, mask(255, 0, 255), mask(1, 0, 200));

    assertThat(matrix.pixels()).isEqualTo(1);
    assertThat(matrix.iou(1).union()).isZero();
    assertThat(matrix.iou(1).iou()).isNaN();
    assertThat(matrix.iou(1).dice()).isNaN();
  }

  @Test
  void voidMayHaveAnotherId() {
    assertThat(ConfusionMatrix.of(12, mask(11, 3), mask(3, 3), 11).pixels()).isEqualTo(1);
  }

  @Test
  void conventionsDifferByAClassThatIsOnlyPredicted() {
    // Class 0: 3 of 4; class 1 is absent from the truth but predicted once; class 2 is nowhere.
    ConfusionMatrix matrix = ConfusionMatrix.of(3, mask(0, 0, 0, 0), mask(0, 0, 0, 1));

    assertThat(matrix.meanIou(MeanIou.PRESENT)).isEqualTo(0.75);
    assertThat(matrix.meanIou(MeanIou.UNION)).isEqualTo(0.375);
    assertThat(matrix.meanIou(MeanIou.ALL)).isEqualTo(0.25);
  }

  @Test
  void accuraciesAreThoseOfTheirFormulas() {
    ConfusionMatrix matrix = ConfusionMatrix.of(2, mask(0, 0, 0, 0, 1, 1), mask(0, 0, 0, 1, 1, 0));

    assertThat(matrix.pixelAccuracy()).isEqualTo(4 / 6.0);
    assertThat(matrix.meanAccuracy()).isEqualTo((0.75 + 0.5) / 2);
    assertThat(matrix.frequencyWeightedIou())
        .isCloseTo(4 / 6.0 * (3 / 5.0) + 2 / 6.0 * (1 / 3.0), within(1e-12));
  }

  @Test
  void nothingCountedIsNanNotZero() {
    ConfusionMatrix nothing = ConfusionMatrix.empty(4);

    assertThat(nothing.meanIou(MeanIou.PRESENT)).isNaN();
    assertThat(nothing.pixelAccuracy()).isNaN();
    assertThat(nothing.meanAccuracy()).isNaN();
    assertThat(nothing.frequencyWeightedIou()).isNaN();
  }

  @Test
  void sumsAreExactAndInAnyOrder() {
    ConfusionMatrix a = ConfusionMatrix.ofCounts(2, new long[] {1L << 53, 1, 0, 7});
    ConfusionMatrix b = ConfusionMatrix.ofCounts(2, new long[] {1, 2, 3, 4});

    assertThat(a.plus(b).count(0, 0)).isEqualTo((1L << 53) + 1);
    assertThat(b.plus(a).perClass()).isEqualTo(a.plus(b).perClass());
  }

  @Test
  void wrongMasksAreRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionMatrix.of(21, mask(0, 38), mask(0, 0)))
        .withMessage("Invalid label in the truth: must be 0 to 20 or void 255, got 38");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionMatrix.of(21, mask(0, 0), mask(0, 255)))
        .withMessage("Invalid label in the prediction: must be 0 to 20, got 255");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionMatrix.of(21, mask(0), mask(0, 0)))
        .withMessage("Invalid masks: truth is 1 x 1, prediction 2 x 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionMatrix.empty(2).plus(ConfusionMatrix.empty(3)))
        .withMessage("Invalid sum: of 2 and 3 classes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfusionMatrix.ofCounts(2, new long[] {0, 0, -1, 0}))
        .withMessage("Invalid counts: must be at least 0, got -1");
  }
}
