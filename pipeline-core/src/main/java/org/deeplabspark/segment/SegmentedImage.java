package org.deeplabspark.segment;

import java.util.Map;
import java.util.OptionalDouble;
import org.deeplabspark.image.LabelMask;

/** One labelled image. */
public final class SegmentedImage {

  private final LabelMask mask;
  private final byte[] encodedMask;
  private final Map<Integer, Long> classPixels;
  private final float meanConfidence;
  private final OptionalDouble crfChangedFraction;
  private final StageTimes times;

  SegmentedImage(
      LabelMask mask,
      byte[] encodedMask,
      Map<Integer, Long> classPixels,
      float meanConfidence,
      OptionalDouble crfChangedFraction,
      StageTimes times) {
    this.mask = mask;
    this.encodedMask = encodedMask;
    this.classPixels = classPixels;
    this.meanConfidence = meanConfidence;
    this.crfChangedFraction = crfChangedFraction;
    this.times = times;
  }

  /** Columns of the photograph and its mask. */
  public int width() {
    return mask.width();
  }

  /** Rows of the photograph and its mask. */
  public int height() {
    return mask.height();
  }

  /** The class of each pixel. */
  public LabelMask mask() {
    return mask;
  }

  /** Live view of the mask as a palette PNG. */
  public byte[] encodedMask() {
    return encodedMask;
  }

  /** Pixels of each class that occurs, by class id in ascending order; they sum to all pixels. */
  public Map<Integer, Long> classPixels() {
    return classPixels;
  }

  /**
   * Mean over the pixels of the winning class's marginal after the CRF, without CRF of its
   * probability by the network; not a probability of being right.
   */
  public float meanConfidence() {
    return meanConfidence;
  }

  /** Share of the pixels whose class the CRF changed, in [0, 1]; empty without CRF. */
  public OptionalDouble crfChangedFraction() {
    return crfChangedFraction;
  }

  /** Time from bytes to pixels, in milliseconds. */
  public double decodeMillis() {
    return times.millis(Stage.DECODE);
  }

  /** Time from pixels to the network's scores, without CRF to labels, in milliseconds. */
  public double inferMillis() {
    return times.millis(Stage.INFER);
  }

  /** Time from scores to labels, in milliseconds; 0 without CRF. */
  public double crfMillis() {
    return times.millis(Stage.CRF);
  }

  /** Time from labels to an encoded mask and its statistics, in milliseconds. */
  public double encodeMillis() {
    return times.millis(Stage.ENCODE);
  }
}
