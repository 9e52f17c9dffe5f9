package org.deeplabspark.metric;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The figures of every resample of a bootstrap. */
final class Replicates {

  private final double[][] classIou; // [class][resample]
  private final Map<MeanIou, double[]> meanIou = new EnumMap<>(MeanIou.class);
  private final double[] pixelAccuracy;

  Replicates(Bootstrap bootstrap) {
    int resamples = bootstrap.resamples();
    classIou = new double[bootstrap.classes()][resamples];
    pixelAccuracy = new double[resamples];
    for (MeanIou convention : MeanIou.values()) {
      meanIou.put(convention, new double[resamples]);
    }
    for (int r = 0; r < resamples; r++) {
      List<ClassIou> overlaps = bootstrap.overlaps(r);
      long right = 0;
      long all = 0;
      for (ClassIou overlap : overlaps) {
        classIou[overlap.classId()][r] = overlap.iou();
        right += overlap.intersection();
        all += overlap.truthPixels();
      }
      pixelAccuracy[r] = all == 0 ? Double.NaN : (double) right / all;
      for (Map.Entry<MeanIou, double[]> mean : meanIou.entrySet()) {
        mean.getValue()[r] = mean.getKey().mean(overlaps);
      }
    }
  }

  /** Subtracts another run's figures, resample by resample, from these. */
  Replicates minus(Replicates other) {
    for (int id = 0; id < classIou.length; id++) {
      subtract(classIou[id], other.classIou[id]);
    }
    meanIou.forEach((convention, values) -> subtract(values, other.meanIou.get(convention)));
    subtract(pixelAccuracy, other.pixelAccuracy);
    return this;
  }

  private static void subtract(double[] values, double[] others) {
    for (int r = 0; r < values.length; r++) {
      values[r] -= others[r];
    }
  }

  Intervals intervals() {
    Map<MeanIou, Interval> means = new EnumMap<>(MeanIou.class);
    meanIou.forEach((convention, values) -> means.put(convention, Interval.of(values)));
    List<Interval> classes = new ArrayList<>();
    for (double[] values : classIou) {
      classes.add(Interval.of(values));
    }
    return new Intervals(means, Interval.of(pixelAccuracy), classes);
  }
}
