package org.deeplabspark.report;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.deeplabspark.evaluate.Bootstraps;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.table.Overlaps;

/**
 * A run against its baseline, over the images that both evaluations have: an image that only one of
 * them has would move the difference without a pixel being labelled otherwise.
 *
 * @param images in both
 * @param everyImage whether neither evaluation has any other
 * @param after overlaps of all classes in the run
 * @param before overlaps of all classes in the baseline
 * @param own intervals of the run
 * @param difference intervals of the run minus the baseline
 * @param trimap of the baseline, by width; empty where the images are not the same
 */
record Gain(
    long images,
    boolean everyImage,
    List<ClassIou> after,
    List<ClassIou> before,
    Intervals own,
    Intervals difference,
    List<Double> trimap) {

  /** Compares; nothing where the classes differ or no image is in both. */
  static Optional<Gain> of(Metrics run, Metrics baseline) {
    // Where nobody named the classes there are as many as the images happen to have.
    int least = Math.min(run.classNames().size(), baseline.classNames().size());
    if (!run.classNames().subList(0, least).equals(baseline.classNames().subList(0, least))) {
      return Optional.empty();
    }
    int classes = Math.max(run.classNames().size(), baseline.classNames().size());
    Dataset<Row> common = run.imageIds().intersect(baseline.imageIds());
    long images = common.count();
    if (images == 0) {
      return Optional.empty();
    }
    boolean everyImage = images == run.imageIds().count() && images == baseline.imageIds().count();
    Dataset<Row> after = within(run.perImage(), common);
    Dataset<Row> before = within(baseline.perImage(), common);
    Bootstrap resampled = Bootstraps.of(after, classes);
    return Optional.of(
        new Gain(
            images,
            everyImage,
            Overlaps.sumByClass(after, classes),
            Overlaps.sumByClass(before, classes),
            resampled.intervals(),
            resampled.gainOver(Bootstraps.of(before, classes)),
            everyImage ? baseline.trimap() : List.of()));
  }

  private static Dataset<Row> within(Dataset<Row> perImage, Dataset<Row> ids) {
    Dataset<Row> common = ids.withColumnRenamed("image_id", "common_id");
    return perImage.join(common, col("image_id").equalTo(col("common_id")), "left_semi");
  }
}
