package org.deeplabspark.engine;

import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.NetworkScores;

/** A loaded network. One is opened per process and shared: it is thread-safe until it is closed. */
public interface SegmentationEngine extends AutoCloseable {

  /**
   * Class scores of a photograph, at the network's own size.
   *
   * @return scores that the caller owns, with the way to the photograph's size
   * @throws IllegalStateException if the network fails, or the engine is closed
   */
  NetworkScores scores(RgbImage image);

  /** Where it runs: {@code cpu} or {@code cuda:0}. */
  String device();

  /** Frees the network; closing twice does nothing. */
  @Override
  void close();
}
