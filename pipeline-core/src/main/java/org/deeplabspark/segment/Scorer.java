package org.deeplabspark.segment;

import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.FeatureMap;
import org.deeplabspark.tensor.Softmax;

/** From bytes to probabilities: decode, logits, softmax. */
public final class Scorer {

  /**
   * An image that the network has seen.
   *
   * @param photo as it is stored
   * @param probabilities of the photograph's size
   * @param decodeMillis time from bytes to pixels
   * @param inferMillis time from pixels to probabilities
   */
  public record Scored(
      RgbImage photo, FeatureMap probabilities, double decodeMillis, double inferMillis) {}

  private final SegmentationEngine engine;
  private final ImageDecoder decoder;

  Scorer(SegmentationEngine engine, ImageDecoder decoder) {
    this.engine = engine;
    this.decoder = decoder;
  }

  /**
   * Decodes and scores an image.
   *
   * @param content the image file
   * @param times takes the times of both stages
   * @throws StageException if it is malformed or the network fails on it
   */
  Scored score(byte[] content, StageTimes times) throws StageException {
    RgbImage photo = times.time(Stage.DECODE, () -> decoder.decode(content));
    FeatureMap scores = times.time(Stage.INFER, () -> probabilities(photo));
    return new Scored(photo, scores, times.millis(Stage.DECODE), times.millis(Stage.INFER));
  }

  private FeatureMap probabilities(RgbImage photo) {
    FeatureMap scores = engine.logits(photo);
    Softmax.inPlace(scores);
    return scores;
  }
}
