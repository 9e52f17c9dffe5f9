package org.deeplabspark.report;

import java.util.List;
import java.util.Optional;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.metric.MeanIou;

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
    ReportData.RunMetrics after = data.after().orElseThrow();
    List<ClassIou> overlaps =
        data.gain().map(Gain::after).orElseGet(() -> after.metrics().overlaps());
    Intervals own = data.gain().map(Gain::own).orElseGet(after::own);
    MeanIou mean = after.metrics().convention();
    long shown = overlaps.stream().filter(this::occurs).count();
    double bottom = y + (shown + 1) * STEP + 6;
    legend();
    Chart.open(html, bottom + 42, "IoU by class, percent");
    for (int percent = 0; percent <= 100; percent += 20) {
      chart.tick(percent, "" + percent, y - 2, bottom);
    }
    for (ClassIou overlap : overlaps) {
      if (occurs(overlap)) {
        int id = overlap.classId();
        row(
            data.name(id),
            data.gain().map(gain -> gain.before().get(id).iou()),
            overlap.iou(),
            own.classIou().get(id),
            own.images().get(id));
        y += STEP;
      }
    }
    chart.line("rule", 0, y - 3, Chart.WIDTH, y - 3);
    row(
        "mean",
        data.gain().map(gain -> mean.mean(gain.before())),
        mean.mean(overlaps),
        own.meanIou().get(mean),
        data.gain().map(Gain::images).orElse(after.metrics().images()));
    chart.axis("IoU, %", bottom + 36);
    html.close();
  }

  private boolean occurs(ClassIou overlap) {
    return overlap.union() > 0
        || data.gain().map(gain -> gain.before().get(overlap.classId()).union() > 0).orElse(false);
  }

  private void legend() {
    html.open("p", "class", "legend");
    if (data.gain().isPresent()) {
      html.key("before", "without CRF").key("after", "with CRF");
    }
    data.gain()
        .filter(gain -> !gain.everyImage())
        .ifPresent(
            gain -> html.text("the " + Formats.count(gain.images()) + " images of both runs "));
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
