package org.deeplabspark.segment;

import org.deeplabspark.crf.CrfMemoryException;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.NetworkScores;

/**
 * From a network's scores to labels that follow the photograph's edges, under one or more settings.
 *
 * <p>Not thread-safe: one image at a time.
 */
public interface Refiner {

  /** Takes labels as they are made. */
  interface Answers {
    /**
     * One setting's labels.
     *
     * @param setting its place in the list that the refiner was made for
     */
    void accept(int setting, Refined refined);
  }

  /**
   * Labels a photograph under every setting, in any order. What an image before left behind, even
   * one that failed, does not change the answers.
   *
   * @param photo as it is stored
   * @param scores of the photograph's size; not changed
   * @throws IllegalArgumentException if the sizes differ, a score is NaN or infinite, or there are
   *     more classes than a mask has ids
   * @throws CrfMemoryException if the image needs more memory than there is for one
   */
  void refine(RgbImage photo, NetworkScores scores, Answers answers);

  /** Likewise under the only setting. */
  default Refined refine(RgbImage photo, NetworkScores scores) {
    Refined[] answer = new Refined[1];
    refine(photo, scores, (setting, refined) -> answer[setting] = refined);
    return answer[0];
  }
}
