package org.deeplabspark.report;

import java.util.List;
import java.util.Locale;
import org.deeplabspark.metric.ClassIou;

/** How much of all pixels each class has in truth and prediction, on a logarithmic scale. */
final class FrequencyChart {

  private static final double LEFT = 112;
  private static final double STEP = 22;

  private FrequencyChart() {}

  static void write(ReportData data, Html html) {
    List<ClassIou> overlaps =
        data.after().orElseThrow().metrics().overlaps().stream()
            .filter(overlap -> overlap.union() > 0)
            .toList();
    double all = overlaps.stream().mapToLong(ClassIou::truthPixels).sum();
    html.open("p", "class", "legend");
    html.key("ring", "truth").key("disc", "prediction");
    html.close();
    double bottom = 8 + overlaps.size() * STEP;
    Chart.open(html, bottom + 42, "Share of pixels by class, percent, logarithmic");
    Chart chart = Chart.logarithmic(html, LEFT, 420, 0.01, 100);
    for (double percent = 0.01; percent < 150; percent *= 10) {
      String text =
          percent < 0.5
              ? String.format(Locale.ROOT, percent < 0.05 ? "0.01" : "0.1")
              : String.format(Locale.ROOT, "%.0f", percent);
      chart.tick(percent, text, 2, bottom);
    }
    double y = 8 + STEP / 2;
    for (ClassIou overlap : overlaps) {
      double truth = 100 * overlap.truthPixels() / all;
      double predicted = 100 * overlap.predictedPixels() / all;
      html.open("g");
      html.element(
          "title",
          String.format(
              Locale.ROOT,
              "%s: %.3f %% of the truth, %.3f %% of the prediction",
              data.name(overlap.classId()),
              truth,
              predicted));
      chart.label(Formats.fit(data.name(overlap.classId()), 13), LEFT - 8, y + 4.5, "end", "name");
      if (truth > 0 && predicted > 0) {
        chart.line("stem", chart.x(truth), y, chart.x(predicted), y);
      }
      if (predicted > 0) {
        chart.dot("disc", chart.x(predicted), y, 4);
      }
      if (truth > 0) {
        chart.dot("ring", chart.x(truth), y, 5);
      }
      chart.label(figure(truth), Chart.WIDTH - 2, y + 4.5, "end", "value");
      html.close();
      y += STEP;
    }
    chart.axis("share of all pixels, % (log scale); figures: truth", bottom + 36);
    html.close();
  }

  private static String figure(double percent) {
    return String.format(Locale.ROOT, percent < 1 ? "%.2f" : "%.1f", percent);
  }
}
