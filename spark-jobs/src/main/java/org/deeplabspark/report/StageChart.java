package org.deeplabspark.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.deeplabspark.pass.Activity;
import org.deeplabspark.pass.StageReport;

/** What the tasks spent their time on. */
final class StageChart {

  private static final double LEFT = 112;
  private static final double RIGHT = 378;
  private static final double STEP = 28;

  private StageChart() {}

  static void write(StageReport times, Html html) {
    Map<String, Double> stages = new LinkedHashMap<>();
    for (Activity activity : Activity.values()) {
      stages.put(activity.key(), times.total().seconds(activity));
    }
    double all = stages.values().stream().mapToDouble(v -> v).sum();
    double largest = stages.values().stream().mapToDouble(v -> v).max().orElse(0);
    double unit = nice(largest / 4);
    double end = Math.max(unit, Math.ceil(largest / unit) * unit);
    double bottom = 4 + stages.size() * STEP;
    Chart.open(html, bottom + 42, "Task seconds by stage");
    Chart chart = Chart.linear(html, LEFT, RIGHT, 0, end);
    for (int i = 0; i * unit <= end * 1.001; i++) {
      chart.tick(i * unit, Formats.px(i * unit), 0, bottom);
    }
    double y = 4;
    for (Map.Entry<String, Double> stage : stages.entrySet()) {
      double middle = y + STEP / 2;
      chart.label(stage.getKey(), LEFT - 8, middle + 4.5, "end", "name");
      chart.rect("after", LEFT, middle - 8, chart.x(stage.getValue()) - LEFT, 16);
      chart.label(
          String.format(
              Locale.ROOT,
              "%s s, %.0f %%",
              number(stage.getValue()),
              all == 0 ? 0 : 100 * stage.getValue() / all),
          Chart.WIDTH - 2,
          middle + 4.5,
          "end",
          "value");
      y += STEP;
    }
    chart.axis("time of all tasks together, s", bottom + 36);
    html.close();
  }

  /** The next 1, 2 or 5 times a power of ten. */
  private static double nice(double value) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-3))));
    double first = value / power;
    return power * (first <= 1 ? 1 : first <= 2 ? 2 : first <= 5 ? 5 : 10);
  }

  private static String number(double value) {
    return String.format(
        Locale.ROOT, value >= 10 || value == 0 ? "%.0f" : value >= 1 ? "%.1f" : "%.2f", value);
  }
}
