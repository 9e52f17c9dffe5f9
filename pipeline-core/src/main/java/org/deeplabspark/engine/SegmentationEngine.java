package org.deeplabspark.engine;

import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;

/** A loaded network. One is opened per process and shared: it is thread-safe until it is closed. */
public interface SegmentationEngine extends AutoCloseable {

  /**
   * Class scores at the photograph's own size; their softmax over channels are the probabilities.
   *
   * <p>Probabilities of a network that ends in a softmax are resampled to the photograph's size
   * first, as the frameworks that export such networks do; their logarithm is returned.
   *
   * @return a new map [classes][height * width] that the caller owns
   * @throws IllegalArgumentException if the photograph is so large that its scores do not fit one
   *     array
   * @throws IllegalStateException if the network fails, or the engine is closed
   */
  FeatureMap logits(RgbImage image);

  /** Where it runs: {@code cpu} or {@code cuda:0}. */
  String device();

  /** Frees the network; closing twice does nothing. */
  @Override
  void close();
}
