package org.deeplabspark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplabspark.image.LabelMask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClassWeightsTest {

  /** Class 0 has 6 of 8 pixels, class 1 has 2 of 8 and 1 of 4 in the images that show it. */
  private static ClassFrequency frequency() {
    ClassFrequency first = new ClassFrequency(3);
    first.add(new LabelMask(2, 2, new byte[] {0, 0, 0, 1}));
    ClassFrequency second = new ClassFrequency(3);
    second.add(new LabelMask(5, 1, new byte[] {0, 0, 0, 1, (byte) LabelMask.VOID}));
    return first.plus(second);
  }

  @Test
  void rareClassesWeighMoreByTheMedianOfTheShares() {
    // Shares 3/4 and 1/4, median 1/2; class 2 occurs nowhere.
    assertThat(ClassWeights.parse("median-frequency", 3).of(frequency(), 3))
        .containsExactly(2f / 3, 2, 0);
  }

  @Test
  void weightsAreEqualOrAsTheyWereGiven() {
    assertThat(ClassWeights.parse("equal", 3).of(frequency(), 3)).containsExactly(1, 1, 1);
    assertThat(ClassWeights.parse("0.5, 2,0", 3).of(frequency(), 3)).containsExactly(0.5f, 2, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rare", "1,2", "1,2,-3", "1,2,NaN", "0,0,0", ""})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> ClassWeights.parse(text, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid --class-weights: must be");
  }
}
