package org.deeplabspark.report;

import static org.deeplabspark.report.Formats.px;

import java.util.List;
import java.util.stream.Stream;

/** Mean IoU within a band round the borders, by the band's width. */
final class TrimapChart {

  private static final double TOP = 10;
  private static final double BOTTOM = 250;
  private static final double LEFT = 52;

  private final Html html;
  private final Chart chart;
  private final double lowest;
  private final double highest;

  private TrimapChart(Html html, int widths, double lowest, double highest) {
    this.html = html;
    this.chart = Chart.linear(html, LEFT, Chart.WIDTH - 12, 0, widths);
    this.lowest = lowest;
    this.highest = highest;
  }

  static void write(ReportData data, Html html) {
    List<Double> after = data.after().orElseThrow().metrics().trimap();
    List<Double> before = data.comparison().map(Comparison::trimap).orElse(List.of());
    double lowest =
        Stream.concat(after.stream(), before.stream())
            .filter(v -> !v.isNaN())
            .mapToDouble(v -> v)
            .min()
            .orElse(0);
    double highest =
        Stream.concat(after.stream(), before.stream())
            .filter(v -> !v.isNaN())
            .mapToDouble(v -> v)
            .max()
            .orElse(1);
    new TrimapChart(
            html,
            Math.max(after.size(), before.size()),
            Math.floor(lowest * 10) * 10,
            Math.ceil(highest * 10) * 10)
        .write(after, before);
  }

  private void write(List<Double> after, List<Double> before) {
    html.open("p", "class", "legend");
    if (!before.isEmpty()) {
      html.key("before", "without CRF");
    }
    html.key("after", before.isEmpty() ? "this run" : "with CRF");
    html.close();
    Chart.open(html, BOTTOM + 44, "Mean IoU in trimap bands by their width");
    for (int width = 0; width <= after.size(); width += 10) {
      chart.tick(width, "" + width, TOP, BOTTOM);
    }
    double step = highest - lowest > 40 ? 20 : highest - lowest > 10 ? 10 : 5;
    for (double percent = lowest; percent <= highest; percent += step) {
      chart.line("grid", LEFT, y(percent), Chart.WIDTH - 12, y(percent));
      chart.label(px(percent), LEFT - 8, y(percent) + 4, "end", "tick");
    }
    html.element(
        "text",
        "mIoU, %",
        "class",
        "axis",
        "text-anchor",
        "middle",
        "transform",
        "translate(14 " + px((TOP + BOTTOM) / 2) + ") rotate(-90)");
    curve("curve before", before);
    curve("curve after", after);
    chart.axis("distance from the border up to, pixels", BOTTOM + 38);
    html.close();
  }

  private double y(double percent) {
    return BOTTOM - (percent - lowest) / (highest - lowest) * (BOTTOM - TOP);
  }

  private void curve(String kind, List<Double> values) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      if (!values.get(i).isNaN()) {
        points.append(px(chart.x(i + 1))).append(',').append(px(y(100 * values.get(i))));
        points.append(' ');
      }
    }
    if (points.length() > 0) {
      html.empty("polyline", "class", kind, "points", points.toString().strip());
    }
  }
}
