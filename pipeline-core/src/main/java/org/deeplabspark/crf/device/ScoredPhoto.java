package org.deeplabspark.crf.device;

import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.NetworkScores;

/**
 * A photograph with a network's scores of it.
 *
 * @param image the photograph
 * @param scores of the photograph's size
 */
public record ScoredPhoto(RgbImage image, NetworkScores scores) {

  /**
   * Checks that they belong together.
   *
   * @throws IllegalArgumentException if the sizes differ, or a score is NaN or infinite
   */
  public ScoredPhoto {
    if (scores.width() != image.width() || scores.height() != image.height()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid scores: must be of the image's size %d x %d, got %d x %d",
              image.width(), image.height(), scores.width(), scores.height()));
    }
    scores.requireFinite();
  }
}
