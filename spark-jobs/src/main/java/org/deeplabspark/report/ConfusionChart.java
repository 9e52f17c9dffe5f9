package org.deeplabspark.report;

import static org.deeplabspark.report.Formats.px;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.deeplabspark.metric.ConfusionMatrix;

/** Share of each true class's pixels that was predicted as each class, as a heat map. */
final class ConfusionChart {

  /** More classes than this are too small to read; the most frequent are shown. */
  private static final int MOST = 30;

  private static final int MOST_WITH_FIGURES = 12;
  private static final double LEFT = 106;
  private static final double SIDE = Chart.WIDTH - LEFT - 4;

  private ConfusionChart() {}

  static void write(ReportData data, Html html) {
    ConfusionMatrix counts = data.after().orElseThrow().metrics().confusion();
    List<Integer> all = occurring(counts);
    List<Integer> shown = new ArrayList<>(all.subList(0, Math.min(MOST, all.size())));
    shown.sort(null);
    html.open("p", "class", "legend");
    html.key("ramp", "0 to 100 % of the true class's pixels");
    if (shown.size() < all.size()) {
      html.text(String.format("the %d most frequent of %d classes", MOST, all.size()));
    }
    html.close();
    double cell = SIDE / Math.max(8, shown.size());
    double bottom = 20 + cell * shown.size();
    Chart.open(html, bottom + 96, "Confusion matrix, percent of the true class");
    Chart chart = Chart.linear(html, LEFT, LEFT + SIDE, 0, 100);
    chart.label("true class", LEFT - 8, 13, "end", "axis");
    for (int row = 0; row < shown.size(); row++) {
      double y = 20 + row * cell;
      chart.label(
          Formats.fit(data.name(shown.get(row)), 13), LEFT - 8, y + cell / 2 + 4, "end", "name");
      for (int column = 0; column < shown.size(); column++) {
        cell(
            data,
            html,
            counts,
            shown.get(row),
            shown.get(column),
            LEFT + column * cell,
            y,
            cell,
            shown.size() <= MOST_WITH_FIGURES);
      }
    }
    for (int column = 0; column < shown.size(); column++) {
      double x = LEFT + (column + 0.5) * cell;
      html.element(
          "text",
          Formats.fit(data.name(shown.get(column)), 10),
          "class",
          "name",
          "text-anchor",
          "end",
          "transform",
          "translate(" + px(x + 4) + " " + px(bottom + 8) + ") rotate(-60)");
    }
    chart.label("predicted class", LEFT + cell * shown.size() / 2, bottom + 90, "middle", "axis");
    html.close();
  }

  /** Classes in truth or prediction, the most frequent first. */
  private static List<Integer> occurring(ConfusionMatrix counts) {
    List<Integer> ids = new ArrayList<>();
    long[] pixels = new long[counts.classes()];
    for (int t = 0; t < counts.classes(); t++) {
      for (int p = 0; p < counts.classes(); p++) {
        pixels[t] += counts.count(t, p);
        pixels[p] += counts.count(t, p);
      }
    }
    for (int id = 0; id < counts.classes(); id++) {
      if (pixels[id] > 0) {
        ids.add(id);
      }
    }
    ids.sort(Comparator.comparingLong(id -> -pixels[id]));
    return ids;
  }

  private static void cell(
      ReportData data,
      Html html,
      ConfusionMatrix counts,
      int truth,
      int predicted,
      double x,
      double y,
      double side,
      boolean figure) {
    long all = counts.iou(truth).truthPixels();
    double share = all == 0 ? 0 : (double) counts.count(truth, predicted) / all;
    html.open("g");
    html.element(
        "title",
        String.format(
            Locale.ROOT,
            "%s as %s: %.2f %%, %d pixels",
            data.name(truth),
            data.name(predicted),
            100 * share,
            counts.count(truth, predicted)));
    html.empty(
        "rect",
        "class",
        truth == predicted ? "cell right" : "cell",
        "x",
        px(x + 0.5),
        "y",
        px(y + 0.5),
        "width",
        px(side - 1),
        "height",
        px(side - 1),
        // Small confusions are what is looked for: the square root lifts them.
        "fill-opacity",
        px(Math.sqrt(share)));
    if (figure && share >= 0.005) {
      html.element(
          "text",
          String.format(Locale.ROOT, "%.0f", 100 * share),
          "class",
          "figure",
          "x",
          px(x + side / 2),
          "y",
          px(y + side / 2 + 4),
          "text-anchor",
          "middle");
    }
    html.close();
  }
}
