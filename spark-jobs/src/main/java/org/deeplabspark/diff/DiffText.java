package org.deeplabspark.diff;

import java.util.Locale;
import org.deeplabspark.evaluate.Percent;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.table.ChangeRow;
import org.deeplabspark.table.ClassChangeRow;
import org.deeplabspark.table.Ratios;

/** The tables that {@code diff} prints; percent, and points where percents are subtracted. */
final class DiffText {

  private static final int MOST_PAIRS = 10;

  private final StringBuilder text = new StringBuilder();
  private final DiffResult result;

  private DiffText(DiffResult result) {
    this.result = result;
  }

  static String of(DiffResult result) {
    return new DiffText(result).text();
  }

  private String text() {
    line(
        "%d images in both runs: %.3f %% of %d pixels changed label",
        result.images(), 100 * result.changedFraction(), result.pixels());
    lonely("--old", result.onlyBefore());
    lonely("--new", result.onlyAfter());
    if (result.changed() > 0) {
      pairs();
      images();
    }
    result.gains().ifPresent(this::gains);
    return text.toString().stripTrailing();
  }

  private void lonely(String option, DiffResult.Lonely lonely) {
    if (lonely.count() > 0) {
      line(
          "%d images only in %s: %s%s",
          lonely.count(),
          option,
          String.join(", ", lonely.first()),
          lonely.count() > lonely.first().size() ? ", ..." : "");
    }
  }

  private void pairs() {
    line("%n%-16s    %-16s %14s %10s", "from", "to", "pixels", "% of all");
    for (ClassChangeRow change :
        result.classChanges().subList(0, Math.min(MOST_PAIRS, result.classChanges().size()))) {
      line(
          "%-16s -> %-16s %14d %10.3f",
          change.oldName(),
          change.newName(),
          change.pixels(),
          100.0 * change.pixels() / result.pixels());
    }
    int more = result.classChanges().size() - MOST_PAIRS;
    if (more > 0) {
      line("(%d more pairs of classes)", more);
    }
  }

  private void images() {
    boolean truth = result.gains().isPresent();
    line("%n%-32s %10s%s", "image", "changed %", truth ? "  old mIoU %  new mIoU %" : "");
    for (ChangeRow image : result.ranked()) {
      if (image.fraction() > 0) {
        line(
            "%-32s %10.3f%s",
            image.imageId(),
            100 * image.fraction(),
            truth
                ? String.format(
                    "  %10s  %10s", percent(image.oldMeanIou()), percent(image.newMeanIou()))
                : "");
      }
    }
  }

  private void gains(DiffResult.Gains gains) {
    line(
        "%n%-16s %8s %8s %8s %8s  %s",
        "class", "images", "old IoU", "new IoU", "points", "95 % interval");
    for (ClassIou before : gains.before()) {
      ClassIou after = gains.after().get(before.classId());
      if (before.union() + after.union() > 0) {
        gain(
            result.name(before.classId()),
            gains.delta().images().get(before.classId()),
            before.iou(),
            after.iou(),
            gains.delta(before.classId()));
      }
    }
    MeanIou convention = result.request().convention();
    gain(
        "mIoU (" + convention.name().toLowerCase(Locale.ROOT) + ")",
        gains.images(),
        gains.before(convention),
        gains.after(convention),
        gains.delta().meanIou().get(convention));
    long none = result.images() - gains.images() - gains.allVoid();
    if (none > 0) {
      line("%d images have no truth", none);
    }
    if (gains.allVoid() > 0) {
      line("%d images have a truth that is all void", gains.allVoid());
    }
    if (result.classNames().isEmpty()) {
      line(
          "Nobody says what the classes are: every id up to %d counts as one; --classes or --dataset names them",
          gains.before().size() - 1);
    }
  }

  private void gain(String name, long images, double before, double after, Interval delta) {
    line(
        "%-16s %8d %8s %8s %8s  %s",
        name,
        images,
        Percent.of(before),
        Percent.of(after),
        Percent.points(after - before),
        Percent.points(delta));
  }

  private static String percent(Double ratio) {
    return Percent.of(Ratios.orNaN(ratio));
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
