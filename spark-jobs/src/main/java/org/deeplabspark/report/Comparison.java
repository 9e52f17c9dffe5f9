package org.deeplabspark.report;

import static scala.collection.JavaConverters.asScalaBuffer;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplabspark.evaluate.Bootstraps;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Interval;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.settings.UsageException;
import org.deeplabspark.table.Overlaps;

/**
 * A run and its baseline, over the images that both evaluations have. Images whose truth is all
 * void are in no count.
 *
 * @param convention of the mean IoU, the run's
 * @param images that both have
 * @param runImages that the run has
 * @param baselineImages that the baseline has
 * @param before overlaps of all classes in the baseline
 * @param after likewise in the run
 * @param own intervals of the run's figures
 * @param gain intervals of the run's less the baseline's
 * @param trimap the baseline's curve; empty where the images differ, since it is of all of them
 */
record Comparison(
    MeanIou convention,
    long images,
    long runImages,
    long baselineImages,
    List<ClassIou> before,
    List<ClassIou> after,
    Intervals own,
    Intervals gain,
    List<Double> trimap) {

  /**
   * Compares.
   *
   * @throws UsageException if the two have other classes, another truth or no image in common
   */
  static Comparison of(Metrics run, Metrics baseline) {
    baseline.requireClasses(run.classNames(), "those of the run");
    Dataset<Row> before = shared(baseline, run);
    Dataset<Row> after = shared(run, baseline);
    long images = count(after);
    if (images == 0) {
      throw baseline.wrong("no image of it is among the " + count(run.perImage()) + " of the run");
    }
    int classes = Math.max(run.classNames().size(), baseline.classNames().size());
    List<ClassIou> was = Overlaps.sumByClass(before, classes);
    List<ClassIou> is = Overlaps.sumByClass(after, classes);
    for (ClassIou overlap : is) {
      if (overlap.truthPixels() != was.get(overlap.classId()).truthPixels()) {
        throw baseline.wrong(
            "it was counted against another truth than the run; evaluate both against the same");
      }
    }
    Bootstrap now = Bootstraps.of(after, classes);
    long runImages = count(run.perImage());
    long baselineImages = count(baseline.perImage());
    return new Comparison(
        run.convention(),
        images,
        runImages,
        baselineImages,
        was,
        is,
        now.intervals(),
        now.gainOver(Bootstraps.of(before, classes)),
        images == runImages && images == baselineImages ? baseline.trimap() : List.of());
  }

  private static Dataset<Row> shared(Metrics here, Metrics there) {
    return here.perImage()
        .join(
            there.perImage().select("image_id").distinct(),
            asScalaBuffer(List.of("image_id")).toSeq(),
            "left_semi");
  }

  private static long count(Dataset<Row> perImage) {
    return perImage.select("image_id").distinct().count();
  }

  /** Whether one of the two has images that the other has not. */
  boolean partial() {
    return images < runImages || images < baselineImages;
  }

  double meanBefore() {
    return convention.mean(before);
  }

  double meanAfter() {
    return convention.mean(after);
  }

  Interval meanGain() {
    return gain.meanIou().get(convention);
  }
}
