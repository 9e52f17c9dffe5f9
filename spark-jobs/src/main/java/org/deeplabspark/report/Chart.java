package org.deeplabspark.report;

import static org.deeplabspark.report.Formats.px;

/**
 * Parts of plots: a frame of {@link #WIDTH} units that the page scales, a scale in it, gridlines
 * and labels with their unit. Colours come from the page's style sheet by class.
 */
final class Chart {

  /** Width of every plot in its own units; a letter is 13 of them high. */
  static final double WIDTH = 480;

  private final Html html;
  private final double left;
  private final double right;
  private final double min;
  private final double max;
  private final boolean logarithmic;

  private Chart(Html html, double left, double right, double min, double max, boolean logarithmic) {
    this.html = html;
    this.left = left;
    this.right = right;
    this.min = min;
    this.max = max;
    this.logarithmic = logarithmic;
  }

  /** A plot whose values from {@code min} to {@code max} lie between two abscissas. */
  static Chart linear(Html html, double left, double right, double min, double max) {
    return new Chart(html, left, right, min, max, false);
  }

  /** The same on a logarithmic scale; values below {@code min} lie at its end. */
  static Chart logarithmic(Html html, double left, double right, double min, double max) {
    return new Chart(html, left, right, min, max, true);
  }

  /** Opens the plot. */
  static void open(Html html, double height, String label) {
    html.open(
        "svg",
        "class",
        "plot",
        "viewBox",
        "0 0 " + px(WIDTH) + " " + px(height),
        "role",
        "img",
        "aria-label",
        label);
  }

  /** Where a value lies. */
  double x(double value) {
    double v = Math.max(min, Math.min(max, value));
    double share = logarithmic ? Math.log(v / min) / Math.log(max / min) : (v - min) / (max - min);
    return left + share * (right - left);
  }

  /** A vertical gridline with its value below. */
  void tick(double value, String text, double top, double bottom) {
    line("grid", x(value), top, x(value), bottom);
    label(text, x(value), bottom + 16, "middle", "tick");
  }

  /** What the values are, with their unit. */
  void axis(String text, double y) {
    label(text, (left + right) / 2, y, "middle", "axis");
  }

  void line(String kind, double x1, double y1, double x2, double y2) {
    html.empty("line", "class", kind, "x1", px(x1), "y1", px(y1), "x2", px(x2), "y2", px(y2));
  }

  void rect(String kind, double x, double y, double width, double height) {
    html.empty(
        "rect",
        "class",
        kind,
        "x",
        px(x),
        "y",
        px(y),
        "width",
        px(Math.max(0, width)),
        "height",
        px(height),
        "rx",
        "1.5");
  }

  void dot(String kind, double x, double y, double radius) {
    html.empty("circle", "class", kind, "cx", px(x), "cy", px(y), "r", px(radius));
  }

  void label(String text, double x, double y, String anchor, String kind) {
    html.element("text", text, "class", kind, "x", px(x), "y", px(y), "text-anchor", anchor);
  }

  /** An interval as a line with two ends. */
  void whisker(double low, double high, double y) {
    line("whisker", x(low), y, x(high), y);
    line("whisker", x(low), y - 3, x(low), y + 3);
    line("whisker", x(high), y - 3, x(high), y + 3);
  }
}
