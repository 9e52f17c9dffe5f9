package org.deeplabspark.report;

import java.util.Locale;
import org.deeplabspark.evaluate.Percent;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.Interval;

/** Numbers as people read them. */
final class Formats {

  private Formats() {}

  /** A ratio in percent, {@code 12.34 %}; a dash where it is undefined. */
  static String percent(double ratio) {
    return Double.isNaN(ratio) ? "–" : Percent.of(ratio) + " %";
  }

  /** The same with one digit and without the sign. */
  static String short100(double ratio) {
    return Double.isNaN(ratio) ? "–" : String.format(Locale.ROOT, "%.1f", 100 * ratio);
  }

  /** A difference of ratios in points, {@code +1.23}. */
  static String points(double difference) {
    return Double.isNaN(difference) ? "–" : Percent.points(difference);
  }

  /** {@code 95 %: 12.3 to 14.5}, or why there is no interval. */
  static String interval(Interval interval, boolean difference) {
    if (!interval.defined()) {
      return "no interval below " + Bootstrap.FEWEST_IMAGES + " images";
    }
    String format = difference ? "95 %%: %+.2f to %+.2f" : "95 %%: %.2f to %.2f";
    return String.format(Locale.ROOT, format, 100 * interval.low(), 100 * interval.high());
  }

  /** A count with a thin gap between thousands. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace(',', '\u202f');
  }

  /** Coordinates and sizes in SVG. */
  static String px(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
  }

  /** A name that fits a label. */
  static String fit(String name, int characters) {
    return name.length() <= characters ? name : name.substring(0, characters - 1) + "…";
  }

  static String color(int rgb) {
    return String.format("#%06x", rgb & 0xffffff);
  }
}
