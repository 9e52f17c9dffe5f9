package org.deeplabspark.metric;

/**
 * One class's overlap in pixels. Counts, not ratios, are kept, so that shards can be summed.
 *
 * @param classId 0 to classes - 1
 * @param intersection pixels of this class in both truth and prediction
 * @param truthPixels pixels of this class in the truth
 * @param predictedPixels pixels predicted as this class where the truth is not void
 */
public record ClassIou(int classId, long intersection, long truthPixels, long predictedPixels) {

  /** Pixels of this class in truth or prediction. */
  public long union() {
    return truthPixels + predictedPixels - intersection;
  }

  /** Intersection over union in [0, 1]; NaN, never 0, for a class in neither. */
  public double iou() {
    return ratio(intersection, union());
  }

  /** Share of the truth that was found, in [0, 1]; NaN where the truth has none. */
  public double accuracy() {
    return ratio(intersection, truthPixels);
  }

  /** Dice coefficient 2 i / (t + p) in [0, 1]; NaN for a class in neither. */
  public double dice() {
    return ratio(2 * intersection, truthPixels + predictedPixels);
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }
}
