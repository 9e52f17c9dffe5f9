package org.deeplabspark.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.model.Model;
import org.deeplabspark.table.ClassCountRow;

/**
 * What {@code sweep-crf} found.
 *
 * @param request what was asked
 * @param runId of the sweep
 * @param images found in the input
 * @param pairs those with a truth
 * @param errors those of the pairs that were not counted, {@code id: why}, sorted
 * @param standings of all settings in the order of their ids
 * @param best the first of those with the greatest mean IoU
 * @param second the best of the others
 * @param classImages images with each class in their truth
 * @param lead interval of the best one's mean IoU minus the second's
 * @param taskSeconds of all tasks together, by stage
 * @param seconds of the whole sweep
 */
public record SweepResult(
    SweepRequest request,
    String runId,
    long images,
    long pairs,
    List<String> errors,
    List<SettingScore> standings,
    SettingScore best,
    SettingScore second,
    List<Long> classImages,
    Interval lead,
    Map<String, Double> taskSeconds,
    double seconds) {

  private static final int SHOWN = 10;
  private static final int SHOWN_ERRORS = 5;

  static SettingScore baseline(List<SettingScore> standings) {
    return standings.stream()
        .filter(s -> s.setting().kind() == SweepSetting.Kind.BASELINE)
        .findFirst()
        .orElseThrow();
  }

  SettingScore baseline() {
    return baseline(standings);
  }

  /** Share of the pairs that ended in {@code errors}, 0..1. */
  public double badFraction() {
    return (double) errors.size() / pairs;
  }

  List<Row> settingRows() {
    double before = baseline().meanIou();
    return standings.stream().map(s -> SweepSetting.row(s.columns(before))).toList();
  }

  List<Row> classRows(Model model) {
    List<Row> rows = new ArrayList<>();
    for (SettingScore standing : standings) {
      for (ClassIou iou : standing.overlaps()) {
        String name = model.card().classes().get(iou.classId()).name();
        rows.add(
            new ClassCountRow(iou, name, classImages.get(iou.classId()))
                .toRow(standing.setting().id()));
      }
    }
    return rows;
  }

  /** {@code best.conf}. */
  String bestConfig() {
    return String.format(
            Locale.ROOT,
            "# The best of %d settings on %d images: mIoU %s %%, %s against the settings it was compared with.%n"
                + "# Found by sweep-crf, run %s. Use it with: deeplab segment --config best.conf ...%n",
            standings.size(),
            pairs - errors.size(),
            percent(best.meanIou()),
            gain(best),
            runId)
        + best.setting().variant().config();
  }

  /** What the command prints. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%6s  %-8s %6s  %-15s %6s  %-16s  %s%n",
            "id", "kind", "mIoU %", "95 % interval", "gain", "95 % interval", "setting"));
    List<SettingScore> ranked = new ArrayList<>(standings);
    ranked.sort(Comparator.comparingDouble((SettingScore s) -> -s.meanIou()));
    for (int i = 0; i < ranked.size(); i++) {
      SettingScore s = ranked.get(i);
      if (i < SHOWN || s.setting().kind() != SweepSetting.Kind.GRID) {
        text.append(line(s));
      }
    }
    if (images > pairs) {
      text.append(String.format("%d images have no truth and were left out%n", images - pairs));
    }
    if (!errors.isEmpty()) {
      text.append(String.format("%d images were not counted:%n", errors.size()));
      errors.stream().limit(SHOWN_ERRORS).forEach(e -> text.append("  ").append(e).append("\n"));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%d settings on %d images in %.1f s%n",
            standings.size(),
            pairs - errors.size(),
            seconds));
    text.append(verdict());
    return text.toString();
  }

  private String line(SettingScore s) {
    return String.format(
        Locale.ROOT,
        "%6d  %-8s %6s  %-15s %6s  %-16s  %s%n",
        s.setting().id(),
        s.setting().kind().name().toLowerCase(Locale.ROOT),
        percent(s.meanIou()),
        interval(s.interval(), "%.2f"),
        s.setting().kind() == SweepSetting.Kind.BASELINE
            ? ""
            : String.format(Locale.ROOT, "%+.2f", 100 * (s.meanIou() - baseline().meanIou())),
        s.setting().kind() == SweepSetting.Kind.BASELINE ? "" : interval(s.gain(), "%+.2f"),
        s.setting().variant().words());
  }

  /** Whether the winner's gain is more than noise. */
  String verdict() {
    if (best.setting().kind() == SweepSetting.Kind.BASELINE) {
      return "No setting beats the baseline.";
    }
    String winner =
        "Best: setting " + best.setting().id() + ", " + gain(best) + " against the baseline";
    if (!best.gain().defined()) {
      winner += "; too few images to say whether this is noise";
    } else if (!(best.gain().low() > 0)) {
      winner +=
          "; the interval contains 0: this may be noise, keep the baseline or take more images";
    }
    String runnerUp =
        String.format(
            Locale.ROOT,
            "%nOver the runner-up (setting %d): %+.2f points %s",
            second.setting().id(),
            100 * (best.meanIou() - second.meanIou()),
            interval(lead, "%+.2f"));
    String apart = lead.defined() ? "; the two cannot be told apart." : "; too few images to say.";
    return winner + "." + runnerUp + (lead.low() > 0 ? "." : apart);
  }

  private String gain(SettingScore s) {
    return String.format(
        Locale.ROOT,
        "%+.2f points %s",
        100 * (s.meanIou() - baseline().meanIou()),
        interval(s.gain(), "%+.2f"));
  }

  private static String interval(Interval interval, String format) {
    return interval.defined()
        ? String.format(
            Locale.ROOT,
            "[" + format + ", " + format + "]",
            100 * interval.low(),
            100 * interval.high())
        : "-";
  }

  private static String percent(double ratio) {
    return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", 100 * ratio);
  }
}
