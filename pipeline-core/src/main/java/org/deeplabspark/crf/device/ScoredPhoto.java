package org.deeplabspark.crf.device;

import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.Resampling;

/**
 * A photograph with a network's scores of it, at the network's size.
 *
 * @param image the photograph
 * @param scores [labels][height * width]
 * @param rows from the scores' rows to the photograph's
 * @param columns from the scores' columns to the photograph's
 * @param probabilities whether the scores are probabilities, rather than logits
 */
public record ScoredPhoto(
    RgbImage image, FeatureMap scores, Resampling rows, Resampling columns, boolean probabilities) {

  /**
   * Checks the scores.
   *
   * @throws IllegalArgumentException if one is NaN or infinite
   */
  public ScoredPhoto {
    for (float score : scores.values()) {
      if (!Float.isFinite(score)) {
        throw new IllegalArgumentException("Invalid scores: must be finite, got " + score);
      }
    }
  }
}
