package org.deeplabspark.engine;

import java.io.Serializable;
import java.util.List;

/**
 * The inputs made of one photograph. Their scores are merged class by class and position by
 * position: the mean of a scale's input and its mirror image, then the maximum over the scales.
 *
 * @param scales factors of the input's size, 0.1 to 4, at least one
 * @param flip whether each is also run mirrored left to right
 * @see <a href="https://arxiv.org/abs/1606.00915">DeepLab v2, section 4.1.2 on multi-scale
 *     inputs</a>
 */
public record TestTimeAugmentation(List<Double> scales, boolean flip) implements Serializable {

  /** One input, the photograph itself. */
  public static final TestTimeAugmentation NONE = new TestTimeAugmentation(List.of(1.0), false);

  /**
   * Copies the scales and checks them.
   *
   * @throws IllegalArgumentException if there are none, or one is out of range
   */
  public TestTimeAugmentation {
    scales = List.copyOf(scales);
    if (scales.isEmpty() || scales.stream().anyMatch(scale -> !(scale >= 0.1 && scale <= 4))) {
      throw new IllegalArgumentException("Invalid scales: must be 0.1 to 4, got " + scales);
    }
  }
}
