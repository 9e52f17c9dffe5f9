package org.deeplabspark.metric;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A percentile interval; both ends are NaN where there is none.
 *
 * @param low 2.5th percentile
 * @param high 97.5th percentile
 */
public record Interval(double low, double high) implements Serializable {

  private static final double TAIL = 0.025;

  /** Of a figure that too few images, or no resample, define. */
  public static final Interval UNDEFINED = new Interval(Double.NaN, Double.NaN);

  /** Whether there is an interval. */
  public boolean defined() {
    return !Double.isNaN(low);
  }

  /** The 95 % in the middle of the values that are not NaN, linear between neighbours. */
  static Interval of(double[] replicates) {
    double[] sorted = Arrays.stream(replicates).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return sorted.length == 0
        ? UNDEFINED
        : new Interval(percentile(sorted, TAIL), percentile(sorted, 1 - TAIL));
  }

  private static double percentile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) at;
    double low = sorted[below];
    double high = sorted[Math.min(below + 1, sorted.length - 1)];
    return low + (at - below) * (high - low);
  }
}
