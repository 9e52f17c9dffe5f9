package org.deeplabspark.segment;

import org.deeplabspark.engine.SegmentationEngine;
import org.deeplabspark.image.ImageDecoder;
import org.deeplabspark.image.RgbImage;
import org.deeplabspark.tensor.NetworkScores;

/** From bytes to the network's scores. */
public final class Scorer {

  /**
   * An image that the network has seen.
   *
   * @param photo as it is stored
   * @param scores of the photograph, at the network's own size
   * @param decodeMillis time from bytes to pixels
   * @param inferMillis time from pixels to scores
   */
  public record Scored(
      RgbImage photo, NetworkScores scores, double decodeMillis, double inferMillis) {}

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
    NetworkScores scores = times.time(Stage.INFER, () -> engine.scores(photo));
    return new Scored(photo, scores, times.millis(Stage.DECODE), times.millis(Stage.INFER));
  }
}
