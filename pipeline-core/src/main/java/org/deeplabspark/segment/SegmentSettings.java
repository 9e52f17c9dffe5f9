package org.deeplabspark.segment;

import java.time.Duration;
import java.util.Optional;
import org.deeplabspark.crf.CrfSettings;
import org.deeplabspark.image.ImageDecoder;

/**
 * How images are labelled.
 *
 * @param maxMegapixels images that claim more are refused; above 0, at most 700
 * @param maxDecoding images that take longer to decode are refused; above 0
 * @param crf the CRF, or nothing for the network's own labels
 */
public record SegmentSettings(
    double maxMegapixels, Duration maxDecoding, Optional<CrfSettings> crf) {

  /** With the default limit on the time that decoding takes. */
  public SegmentSettings(double maxMegapixels, Optional<CrfSettings> crf) {
    this(maxMegapixels, ImageDecoder.DEFAULT_MAX_TIME, crf);
  }

  /**
   * A decoder with these limits.
   *
   * @throws IllegalArgumentException if a limit is out of range
   */
  public ImageDecoder decoder() {
    return new ImageDecoder(maxMegapixels, maxDecoding);
  }
}
