package org.deeplabspark.metric;

import java.util.List;
import java.util.Map;

/**
 * 95 % intervals of what a {@link Bootstrap} resampled; undefined below {@link
 * Bootstrap#FEWEST_IMAGES} images.
 *
 * @param meanIou by convention
 * @param pixelAccuracy share of right pixels
 * @param classIou in the order of the classes
 * @param images with each class in their truth, in the same order
 */
public record Intervals(
    Map<MeanIou, Interval> meanIou,
    Interval pixelAccuracy,
    List<Interval> classIou,
    List<Long> images) {

  /** Copies the collections. */
  public Intervals {
    meanIou = Map.copyOf(meanIou);
    classIou = List.copyOf(classIou);
    images = List.copyOf(images);
  }
}
