package org.deeplabspark.crf;

import org.deeplabspark.image.LabelMask;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.NetworkScores;

/** A network's own labels, without CRF. */
public final class RawLabels {

  private RawLabels() {}

  /**
   * The class with the largest score at each pixel of the photograph, the first of equal ones; the
   * confidence is that of the softmax.
   *
   * @throws IllegalArgumentException if a score is NaN or infinite
   */
  public static Refined of(NetworkScores scores) {
    scores.requireFinite();
    FeatureMap probabilities = scores.probabilities();
    LabelMask mask = LabelMask.argMax(probabilities);
    double sum = 0;
    for (int pixel = 0; pixel < mask.pixels(); pixel++) {
      sum += probabilities.values()[mask.label(pixel) * mask.pixels() + pixel];
    }
    return new Refined(mask, (float) (sum / mask.pixels()), 0);
  }
}
