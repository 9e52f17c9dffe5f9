package org.deeplabspark.report;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.Intervals;

/**
 * IoU of each class that occurs, without and with CRF, with intervals of the latter and the number
 * of images that have the class in their truth.
 */
final class ClassChart {

  private static final double LEFT = 112;
  private static final double RIGHT = 378;
  private static final double BAR = 9;
  private static final double STEP = 38;

  private final ReportData data;
  private final Html html;
  private final Chart chart;
  private double y = 6;

  private ClassChart(ReportData data, Html html) {
    this.data = data;
    this.html = html;
    this.chart = Chart.linear(html, LEFT, RIGHT, 0, 100);
  }

  static void write(ReportData data, Html html) {
    new ClassChart(data, html).write();
  }

  private void write() {
    ReportData.RunMetrics run = data.after().orElseThrow();
    Optional<Comparison> both = data.comparison();
    List<ClassIou> after = both.map(Comparison::after).orElse(run.metrics().overlaps());
    Intervals own = both.map(Comparison::own).orElse(run.own());
    long shown = after.stream().filter(this::occurs).count();
    double bottom = y + (shown + 1) * STEP + 6;
    legend();
    Chart.open(html, bottom + 42, "IoU by class, percent");
    for (int percent = 0; percent <= 100; percent += 20) {
      chart.tick(percent, "" + percent, y - 2, bottom);
    }
    for (ClassIou overlap : after) {
      if (occurs(overlap)) {
        int id = overlap.classId();
        row(
            data.name(id),
            both.map(b -> b.before().get(id).iou()),
            overlap.iou(),
            own.classIou().get(id),
            own.images().get(id));
        y += STEP;
      }
    }
    chart.line("rule", 0, y - 3, Chart.WIDTH, y - 3);
    row(
        "mean",
        both.map(Comparison::meanBefore),
        both.map(Comparison::meanAfter).orElse(run.metrics().meanIou()),
        run.metrics().meanIouInterval(own),
        both.filter(Comparison::partial).map(Comparison::images).orElse(run.metrics().images()));
    chart.axis("IoU, %", bottom + 36);
    html.close();
  }

  private boolean occurs(ClassIou overlap) {
    return overlap.union() > 0
        || data.comparison()
            .map(both -> both.before().get(overlap.classId()).union() > 0)
            .orElse(false);
  }

  private void legend() {
    html.open("p", "class", "legend");
    if (data.comparison().isPresent()) {
      html.key("before", "without CRF").key("after", "with CRF");
    }
    html.key("range", "95 % interval; none below " + Bootstrap.FEWEST_IMAGES + " images");
    html.close();
  }

  private void row(
      String name, Optional<Double> before, double after, Interval interval, long images) {
    double middle = y + (STEP - 8) / 2;
    html.open("g");
    html.element("title", name + ": " + Formats.percent(after));
    chart.label(Formats.fit(name, 13), LEFT - 8, middle - 2, "end", "name");
    chart.label(
        Formats.count(images) + (images == 1 ? " image" : " images"),
        LEFT - 8,
        middle + 14,
        "end",
        "muted");
    double top = middle - (before.isPresent() ? BAR + 0.5 : BAR / 2);
    if (before.isPresent()) {
      bar("before", before.get(), top);
      top += BAR + 1;
    }
    bar("after", after, top);
    if (interval.defined()) {
      chart.whisker(100 * interval.low(), 100 * interval.high(), top + BAR / 2);
    }
    String value = Formats.short100(after);
    chart.label(value, 418, middle + 4.5, "end", "value");
    before.ifPresent(
        b -> {
          double gain = after - b;
          String kind =
              Double.isNaN(gain) || Math.abs(gain) < 5e-4 ? "muted" : gain > 0 ? "up" : "down";
          chart.label(
              Double.isNaN(gain) ? "" : String.format(java.util.Locale.ROOT, "%+.1f", 100 * gain),
              Chart.WIDTH - 2,
              middle + 4.5,
              "end",
              kind);
        });
    html.close();
  }

  private void bar(String kind, double iou, double top) {
    if (!Double.isNaN(iou)) {
      chart.rect(kind, LEFT, top, chart.x(100 * iou) - LEFT, BAR);
    }
  }
}
