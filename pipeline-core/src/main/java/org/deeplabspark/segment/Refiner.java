package org.deeplabspark.segment;

import org.deeplabspark.crf.CrfMemoryException;
import org.deeplabspark.crf.Refined;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.NetworkScores;

/**
 * From a network's scores to labels that follow the photograph's edges.
 *
 * <p>Not thread-safe: one image at a time.
 */
public interface Refiner extends AutoCloseable {

  /**
   * Labels a photograph. What an image before left behind, even one that failed, does not change
   * the answer.
   *
   * @param photo as it is stored
   * @param scores of the photograph's size; not changed
   * @throws IllegalArgumentException if the sizes differ, a score is NaN or infinite, or there are
   *     more classes than a mask has ids
   * @throws CrfMemoryException if the image needs more memory than there is for one
   */
  Refined refine(RgbImage photo, NetworkScores scores);

  /** Frees what it holds; closing twice does nothing. */
  @Override
  void close();
}
