package org.deeplabspark.crf.device;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplabspark.crf.ScoreBounds;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.NetworkScores;

/** A photograph with a network's scores of it. */
public final class ScoredPhoto {

  private final RgbImage image;
  private final NetworkScores scores;
  private final Map<Float, boolean[]> above = new ConcurrentHashMap<>();

  /**
   * Puts them together.
   *
   * @param scores of the photograph's size; not to be changed any more
   * @throws IllegalArgumentException if the sizes differ, or a score is NaN or infinite
   */
  public ScoredPhoto(RgbImage image, NetworkScores scores) {
    if (scores.width() != image.width() || scores.height() != image.height()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid scores: must be of the image's size %d x %d, got %d x %d",
              image.width(), image.height(), scores.width(), scores.height()));
    }
    scores.requireFinite();
    this.image = image;
    this.scores = scores;
  }

  /** The photograph. */
  public RgbImage image() {
    return image;
  }

  /** What the network says of it. */
  public NetworkScores scores() {
    return scores;
  }

  /** Labels that may have more than a probability at some pixel, [label]; they are found once. */
  boolean[] above(float probability) {
    return above.computeIfAbsent(probability, any -> new ScoreBounds(scores).above(probability));
  }
}
