package org.deeplabspark.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The figures of every resample of a bootstrap; NaN where a resample leaves one undefined. */
final class Replicates {

  private final double[][] classIou; // [class][resample]
  private final Map<MeanIou, double[]> meanIou = new EnumMap<>(MeanIou.class);
  private final double[] pixelAccuracy;
  private final long[] images; // [class]: with the class in their truth
  private boolean enoughImages;

  Replicates(Bootstrap bootstrap) {
    int resamples = bootstrap.resamples();
    classIou = new double[bootstrap.classes()][resamples];
    pixelAccuracy = new double[resamples];
    images = new long[bootstrap.classes()];
    Arrays.setAll(images, bootstrap::images);
    enoughImages = bootstrap.hasEnoughImages();
    for (MeanIou convention : MeanIou.values()) {
      meanIou.put(convention, new double[resamples]);
    }
    for (int r = 0; r < resamples; r++) {
      resample(r, bootstrap.overlaps(r));
    }
  }

  private void resample(int r, List<ClassIou> overlaps) {
    List<ClassIou> averaged = new ArrayList<>();
    long right = 0;
    long all = 0;
    for (ClassIou overlap : overlaps) {
      boolean drawn = overlap.truthPixels() > 0;
      classIou[overlap.classId()][r] = drawn ? overlap.iou() : Double.NaN;
      // Predictions alone would make 0 of a class that this resample knows nothing about.
      if (drawn || images[overlap.classId()] == 0) {
        averaged.add(overlap);
      }
      right += overlap.intersection();
      all += overlap.truthPixels();
    }
    pixelAccuracy[r] = all == 0 ? Double.NaN : (double) right / all;
    meanIou.forEach((convention, values) -> values[r] = convention.mean(averaged));
  }

  /** Subtracts another run's figures, resample by resample, from these. */
  Replicates minus(Replicates other) {
    for (int id = 0; id < classIou.length; id++) {
      subtract(classIou[id], other.classIou[id]);
      images[id] = Math.min(images[id], other.images[id]);
    }
    meanIou.forEach((convention, values) -> subtract(values, other.meanIou.get(convention)));
    subtract(pixelAccuracy, other.pixelAccuracy);
    enoughImages &= other.enoughImages;
    return this;
  }

  private static void subtract(double[] values, double[] others) {
    for (int r = 0; r < values.length; r++) {
      values[r] -= others[r];
    }
  }

  Intervals intervals() {
    Map<MeanIou, Interval> means = new EnumMap<>(MeanIou.class);
    meanIou.forEach((convention, values) -> means.put(convention, interval(enoughImages, values)));
    List<Interval> classes = new ArrayList<>();
    for (int id = 0; id < classIou.length; id++) {
      classes.add(interval(images[id] >= Bootstrap.FEWEST_IMAGES, classIou[id]));
    }
    return new Intervals(
        means,
        interval(enoughImages, pixelAccuracy),
        classes,
        Arrays.stream(images).boxed().toList());
  }

  private static Interval interval(boolean enough, double[] values) {
    return enough ? Interval.of(values) : Interval.UNDEFINED;
  }
}
