package org.deeplabspark.evaluate;

import java.util.Locale;
import org.deeplabspark.metric.Interval;

/** Ratios as people read them: percent with two digits, and a dash where undefined. */
public final class Percent {

  private static final String UNDEFINED = "-";

  private Percent() {}

  /** A ratio, {@code 12.34}. */
  public static String of(double ratio) {
    return Double.isNaN(ratio) ? UNDEFINED : String.format(Locale.ROOT, "%.2f", 100 * ratio);
  }

  /** A share of a whole; undefined for a whole of 0. */
  static String of(long part, long whole) {
    return whole == 0 ? UNDEFINED : String.format(Locale.ROOT, "%.2f", 100.0 * part / whole);
  }

  /** An interval of a ratio, {@code [12.34, 15.67]}. */
  public static String of(Interval interval) {
    return ends(interval, "[%.2f, %.2f]");
  }

  /** A difference of ratios in points, {@code +1.23}. */
  public static String points(double difference) {
    return Double.isNaN(difference)
        ? UNDEFINED
        : String.format(Locale.ROOT, "%+.2f", 100 * difference);
  }

  /** An interval of a difference, {@code [-0.12, +1.23]}. */
  public static String points(Interval interval) {
    return ends(interval, "[%+.2f, %+.2f]");
  }

  private static String ends(Interval interval, String format) {
    return interval.defined()
        ? String.format(Locale.ROOT, format, 100 * interval.low(), 100 * interval.high())
        : UNDEFINED;
  }
}
