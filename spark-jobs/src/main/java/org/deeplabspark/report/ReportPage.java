package org.deeplabspark.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;

/**
 * The page. It carries its style and its pictures, has no script and asks nothing of the network.
 */
final class ReportPage {

  private final ReportData data;
  private final Html html = new Html();

  private ReportPage(ReportData data) {
    this.data = data;
  }

  static String of(ReportData data) {
    return new ReportPage(data).page();
  }

  private String page() {
    html.open("html", "lang", "en").open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    // An icon of its own keeps browsers from asking a server for one.
    html.empty("link", "rel", "icon", "href", "data:,");
    html.element("title", "Segmentation report: " + data.request().predictions());
    html.style(style()).close();
    html.open("body").open("header");
    html.element("h1", "Segmentation report");
    html.element("p", data.request().predictions(), "class", "place");
    contents();
    html.close().open("main");
    headline();
    charts();
    pictures();
    run();
    html.close();
    return html.close().close().page();
  }

  private static String style() {
    try (InputStream css = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(css.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void contents() {
    html.open("nav");
    if (data.after().isPresent()) {
      link("figures", "Figures");
    }
    if (!data.worst().isEmpty()) {
      link("worst", "Worst");
    }
    if (!data.random().isEmpty()) {
      link("random", "Random");
    }
    if (!data.unsure().isEmpty() || !data.changed().isEmpty()) {
      link("review", "Review queue");
    }
    if (data.run().isPresent()) {
      link("run", "Run");
    }
    html.close();
  }

  private void link(String id, String text) {
    html.element("a", text, "href", "#" + id);
  }

  private void headline() {
    html.open("section", "class", "tiles");
    data.after()
        .ifPresent(
            after -> {
              Metrics metrics = after.metrics();
              tile(
                  "mean IoU",
                  Formats.percent(metrics.meanIou()),
                  Formats.interval(metrics.meanIouInterval(after.own()), false),
                  "lead");
              data.comparison().ifPresent(this::gain);
              tile(
                  "pixel accuracy",
                  Formats.percent(metrics.ratio("pixel_accuracy")),
                  Formats.interval(after.own().pixelAccuracy(), false),
                  "");
              tile("mean accuracy", Formats.percent(metrics.ratio("mean_accuracy")), "", "");
              tile("frequency-weighted IoU", Formats.percent(metrics.ratio("fwIoU")), "", "");
            });
    tile(
        "images with a mask",
        Formats.count(data.images()),
        data.errors() == 0 ? "" : Formats.count(data.errors()) + " without: see errors",
        "");
    if (!Double.isNaN(data.meanChanged())) {
      tile("pixels the CRF changed", Formats.percent(data.meanChanged()), "", "");
    }
    html.close();
    data.after()
        .ifPresent(
            after ->
                html.element(
                    "p",
                    String.format(
                        "Mean IoU over %s. Intervals: bootstrap over %s images.%s",
                        convention(after.metrics()),
                        Formats.count(after.metrics().images()),
                        data.comparison()
                            .filter(Comparison::partial)
                            .map(ReportPage::common)
                            .orElse("")),
                    "class",
                    "note"));
  }

  private void gain(Comparison comparison) {
    Interval interval = comparison.meanGain();
    tile(
        "gain by the CRF, points",
        Formats.points(comparison.meanAfter() - comparison.meanBefore()),
        Formats.interval(interval, true)
            + (interval.low() <= 0 && interval.high() >= 0 ? "; may be noise" : "")
            + (comparison.partial()
                ? "; over " + Formats.count(comparison.images()) + " images"
                : ""),
        "");
  }

  /** What the gain is over, where that is not all images. */
  private static String common(Comparison comparison) {
    return String.format(
        " The gain and the IoU by class are over the %s images that both evaluations have: this run has"
            + " %s, the baseline %s.",
        Formats.count(comparison.images()),
        Formats.count(comparison.runImages()),
        Formats.count(comparison.baselineImages()));
  }

  private static String convention(Metrics metrics) {
    return switch (metrics.convention()) {
      case PRESENT -> "the classes with truth pixels (present)";
      case UNION -> "the classes in truth or prediction (union)";
      case ALL -> "all classes of the model (all)";
    };
  }

  private void tile(String name, String value, String below, String kind) {
    html.open("div", "class", ("tile " + kind).strip());
    html.element("span", name, "class", "what");
    html.element("strong", value);
    html.element("span", below, "class", "below");
    html.close();
  }

  private void charts() {
    html.open("section", "class", "charts", "id", "figures");
    if (data.after().isPresent()) {
      card("IoU by class", () -> ClassChart.write(data, html));
      card("Confusion", () -> ConfusionChart.write(data, html));
      if (!data.after().get().metrics().trimap().isEmpty()) {
        card("Close to borders", () -> TrimapChart.write(data, html));
      }
      card("Class frequencies", () -> FrequencyChart.write(data, html));
    }
    data.run()
        .ifPresent(
            run ->
                card(
                    "Where the time went",
                    () -> {
                      html.element("p", runs(run) + ".", "class", "note");
                      if (!run.ended().isEmpty()) {
                        html.element("p", run.times().verdict(), "class", "note");
                        StageChart.write(run.times(), html);
                      }
                    }));
    html.close();
  }

  /** Whose masks these are, and whose times. */
  private static String runs(RunFacts run) {
    int timed = run.ended().size();
    if (run.makers() == 1) {
      return timed == 1 ? "Masks of 1 run" : "Masks of 1 run, which left no times";
    }
    String lost = run.makers() == timed ? "" : "; " + (run.makers() - timed) + " of them left none";
    return "Masks of " + run.makers() + " runs, times of all of them together" + lost;
  }

  private void card(String title, Runnable content) {
    html.open("article", "class", "card").element("h2", title);
    content.run();
    html.close();
  }

  private void pictures() {
    PictureSections sections = new PictureSections(data, html);
    sections.write();
  }

  private void run() {
    if (data.run().isEmpty()) {
      return;
    }
    RunFacts run = data.run().get();
    html.open("section", "id", "run", "class", "card").element("h2", "Run");
    html.element("p", about(run), "class", "note");
    html.open("dl", "class", "facts");
    fact("run", run.text("/run_id"));
    fact("started", run.text("/started"));
    fact("seconds", run.text("/timings/seconds"));
    fact("network", run.text("/model/name"));
    fact("model digest", run.text("/model/digest"));
    fact("settings digest", run.text("/config_digest"));
    fact("deeplab-spark", run.text("/versions/deeplab-spark"));
    fact("Spark", run.text("/versions/spark"));
    fact("Java", run.text("/versions/java"));
    fact("master", run.text("/versions/master"));
    html.close();
    Map<String, String> settings = run.settings();
    if (!settings.isEmpty()) {
      html.open("details").element("summary", settings.size() + " settings");
      html.open("dl", "class", "facts");
      settings.forEach(this::fact);
      html.close().close();
    }
    html.close();
  }

  private static String about(RunFacts run) {
    String newest =
        run.makers() == 1
            ? "The run that made these masks."
            : String.format("%d runs made these masks; this is the newest of them.", run.makers());
    return run.otherwise() == 0
        ? newest
        : String.format(
            "%s Another model or other settings made %s of the masks.",
            newest, Formats.count(run.otherwise()));
  }

  private void fact(String name, String value) {
    if (!value.isEmpty()) {
      html.element("dt", name).element("dd", value);
    }
  }

  /** Colours of the classes that pictures show; the classes that occur where that is known. */
  static List<Integer> legend(ReportData data) {
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < data.classNames().size(); id++) {
      if (data.after().isEmpty() || occurs(data.after().get().metrics().overlaps(), id)) {
        ids.add(id);
      }
    }
    return ids;
  }

  private static boolean occurs(List<ClassIou> overlaps, int classId) {
    return classId < overlaps.size() && overlaps.get(classId).union() > 0;
  }
}
