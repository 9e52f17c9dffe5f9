package org.deeplabspark.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BilinearTest {

  /** Weights are rounded to single precision; values are below 10. */
  private static final float TOLERANCE = 1e-5f;

  @Test
  void alignedCornersKeepTheirValues() {
    FeatureMap map = new FeatureMap(1, 1, 3, new float[] {0, 1, 4});

    assertThat(Bilinear.resize(map, 1, 5, AlignCorners.YES).values())
        .containsExactly(0, 0.5f, 1, 2.5f, 4);
  }

  @Test
  void alignedEdgesRepeatTheBorder() {
    FeatureMap map = new FeatureMap(1, 1, 2, new float[] {0, 4});

    assertThat(Bilinear.resize(map, 1, 4, AlignCorners.NO).values()).containsExactly(0, 1, 3, 4);
  }

  @Test
  void oneTargetPixelTakesTheFirstOrTheMiddle() {
    FeatureMap map = new FeatureMap(1, 2, 2, new float[] {1, 2, 3, 4});

    assertThat(Bilinear.resize(map, 1, 1, AlignCorners.YES).values()).containsExactly(1);
    assertThat(Bilinear.resize(map, 1, 1, AlignCorners.NO).values()).containsExactly(2.5f);
  }

  @Test
  void oddShapesAreThoseOfTheFormula() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      FeatureMap map =
          random(random, 1 + random.nextInt(3), 1 + random.nextInt(9), 1 + random.nextInt(9));
      int height = 1 + random.nextInt(20);
      int width = 1 + random.nextInt(20);
      for (AlignCorners alignCorners : AlignCorners.values()) {
        FeatureMap resized = Bilinear.resize(map, height, width, alignCorners);
        for (int c = 0; c < map.channels(); c++) {
          for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
              assertThat((double) resized.values()[(c * height + y) * width + x])
                  .isCloseTo(naive(map, c, y, x, height, width, alignCorners), within(1e-5));
            }
          }
        }
      }
    }
  }

  @Test
  void chainedAxesAreOnePassOfTheSameResult() {
    Random random = new Random(8);
    for (int round = 0; round < 100; round++) {
      FeatureMap map = random(random, 2, 1 + random.nextInt(12), 1 + random.nextInt(12));
      int middle = 1 + random.nextInt(40);
      int crop = 1 + random.nextInt(middle);
      int end = 1 + random.nextInt(40);
      Resampling rows = Resampling.bilinear(map.height(), middle, AlignCorners.YES).crop(crop);
      Resampling columns = Resampling.bilinear(map.width(), middle, AlignCorners.YES).crop(crop);
      Resampling next = Resampling.bilinear(crop, end, AlignCorners.NO);

      FeatureMap stepwise = Resampling.apply(Resampling.apply(map, rows, columns), next, next);
      FeatureMap atOnce = Resampling.apply(map, rows.then(next), columns.then(next));

      assertThat(atOnce.values()).containsExactly(stepwise.values(), within(TOLERANCE));
    }
  }

  @Test
  void antialiasedShrinkingCountsEverySourcePixel() {
    Random random = new Random(9);
    for (int round = 0; round < 100; round++) {
      int source = 1 + random.nextInt(60);
      int target = 1 + random.nextInt(60);
      Resampling axis = Resampling.antialiased(source, target);
      double[] counted = new double[source];
      for (int i = 0; i < target; i++) {
        double sum = 0;
        for (int t = 0; t < axis.taps(); t++) {
          counted[axis.first(i) + t] += axis.weight(i, t);
          sum += axis.weight(i, t);
        }
        assertThat(sum).isCloseTo(1, within(1e-5));
      }
      if (target <= source) {
        assertThat(counted).doesNotContain(0);
      }
    }
  }

  @Test
  void lengthsThatDoNotMeetAreRefused() {
    Resampling axis = Resampling.bilinear(3, 5, AlignCorners.NO);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> axis.then(Resampling.bilinear(4, 2, AlignCorners.NO)))
        .withMessage("Invalid chain: 5 positions meet a map of 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> axis.crop(6))
        .withMessage("Invalid crop: must be 1 to 5, got 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resampling.antialiased(3, 0))
        .withMessage("Invalid resampling: lengths must be at least 1, got 3 to 0");
  }

  private static FeatureMap random(Random random, int channels, int height, int width) {
    FeatureMap map = FeatureMap.zeros(channels, height, width);
    for (int i = 0; i < map.values().length; i++) {
      map.values()[i] = random.nextFloat() * 20 - 10;
    }
    return map;
  }

  private static double naive(
      FeatureMap map, int c, int y, int x, int height, int width, AlignCorners alignCorners) {
    double v = source(y, height, map.height(), alignCorners);
    double u = source(x, width, map.width(), alignCorners);
    double sum = 0;
    for (int j = 0; j < map.height(); j++) {
      for (int i = 0; i < map.width(); i++) {
        double weight = Math.max(0, 1 - Math.abs(j - v)) * Math.max(0, 1 - Math.abs(i - u));
        sum += weight * map.values()[(c * map.height() + j) * map.width() + i];
      }
    }
    return sum;
  }

  private static double source(int target, int out, int in, AlignCorners alignCorners) {
    if (alignCorners == AlignCorners.YES) {
      return out == 1 ? 0 : target * (in - 1.0) / (out - 1);
    }
    return Math.min(Math.max((target + 0.5) * in / out - 0.5, 0), in - 1.0);
  }
}
