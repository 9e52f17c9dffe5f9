package org.deeplabspark.metric;

import java.util.List;
import java.util.Map;

/**
 * 95 % intervals of what a {@link Bootstrap} resampled.
 *
 * @param meanIou by convention
 * @param pixelAccuracy share of right pixels
 * @param classIou in the order of the classes; undefined for a class in neither truth nor
 *     prediction
 */
public record Intervals(
    Map<MeanIou, Interval> meanIou, Interval pixelAccuracy, List<Interval> classIou) {

  /** Copies the collections. */
  public Intervals {
    meanIou = Map.copyOf(meanIou);
    classIou = List.copyOf(classIou);
  }
}
