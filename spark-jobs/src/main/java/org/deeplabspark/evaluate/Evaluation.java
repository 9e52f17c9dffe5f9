package org.deeplabspark.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.deeplabspark.metric.Bootstrap;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.Intervals;
import org.deeplabspark.metric.MeanIou;
import org.deeplabspark.table.SliceRow;

/**
 * What {@code evaluate} found.
 *
 * @param matrix counts over all images
 * @param classNames in order, as many as the matrix has classes
 * @param convention of {@link #meanIou()}
 * @param images that were compared
 * @param truthsWithoutPrediction truth files that there is no prediction for
 * @param uncompared images that are not in the figures; empty where all are
 * @param intervals of the figures, by a bootstrap over the images
 * @param imageMeans figures of each image, averaged over the images
 * @param boundaries empty where they were not measured
 * @param slices groups of images; empty where none were asked for
 * @param predictionsDigest tells these masks from those of another run or another time
 */
public record Evaluation(
    ConfusionMatrix matrix,
    List<String> classNames,
    MeanIou convention,
    long images,
    long truthsWithoutPrediction,
    Optional<Uncompared> uncompared,
    Intervals intervals,
    ImageMeans imageMeans,
    Optional<Boundaries> boundaries,
    List<SliceRow> slices,
    String predictionsDigest) {

  /** Whether more than this share of the images could not be compared. */
  public boolean tooManyUncompared(double mostOfAll) {
    long left = uncompared.map(Uncompared::images).orElse(0L);
    return left > mostOfAll * (left + images);
  }

  static Evaluation of(
      EvaluateRequest request,
      List<String> classNames,
      EvaluationTotals totals,
      long truths,
      Optional<Uncompared> uncompared,
      List<SliceRow> slices,
      String predictionsDigest) {
    return new Evaluation(
        totals.matrix(),
        classNames.subList(0, totals.classes()),
        request.convention(),
        totals.images(),
        truths - totals.withTruth(),
        uncompared,
        totals.bootstrap().intervals(),
        totals.means(),
        request.boundary().map(border -> totals.boundaries()),
        slices,
        predictionsDigest);
  }

  /** Widths of the bands that the console shows, as the papers plot them. */
  private static final int[] SHOWN_WIDTHS = {1, 2, 3, 5, 10, 20, 40};

  /** Mean IoU by the asked convention, 0..1; NaN where no class qualifies. */
  public double meanIou() {
    return matrix.meanIou(convention);
  }

  /** The table that the command prints: a line a class that occurs, then the means; percent. */
  public String table() {
    int width = Math.max(10, classNames.stream().mapToInt(String::length).max().orElse(0));
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "%-" + width + "s %7s %-15s %10s %7s %14s %7s%n",
            "class",
            "IoU %",
            "95 % interval",
            "accuracy %",
            "Dice %",
            "truth pixels",
            "images"));
    int absent = 0;
    for (ClassIou iou : matrix.perClass()) {
      if (iou.union() == 0) {
        absent++;
        continue;
      }
      text.append(
          String.format(
              Locale.ROOT,
              "%-" + width + "s %7s %-15s %10s %7s %14d %7d%n",
              classNames.get(iou.classId()),
              Percent.of(iou.iou()),
              Percent.of(intervals.classIou().get(iou.classId())),
              Percent.of(iou.accuracy()),
              Percent.of(iou.dice()),
              iou.truthPixels(),
              intervals.images().get(iou.classId())));
    }
    if (absent > 0) {
      text.append(String.format("(%d classes in neither truth nor predictions)%n", absent));
    }
    text.append(
        String.format(
            "mIoU (%s) %s, pixel accuracy %s, mean accuracy %s, frequency-weighted IoU %s, %d images; in brackets 95 %% of %d resamples of the images, none below %d images",
            convention.name().toLowerCase(Locale.ROOT),
            Percent.of(meanIou()) + " " + Percent.of(intervals.meanIou().get(convention)),
            Percent.of(matrix.pixelAccuracy()) + " " + Percent.of(intervals.pixelAccuracy()),
            Percent.of(matrix.meanAccuracy()),
            Percent.of(matrix.frequencyWeightedIou()),
            images,
            Bootstrap.RESAMPLES,
            Bootstrap.FEWEST_IMAGES));
    boundaries.ifPresent(found -> text.append(boundaryLine(found)));
    text.append(SliceText.of(slices, convention));
    return text.toString();
  }

  private static String boundaryLine(Boundaries found) {
    StringBuilder line = new StringBuilder(String.format("%ntrimap mIoU (present) at"));
    for (int width : SHOWN_WIDTHS) {
      line.append(
          String.format(
              Locale.ROOT,
              "%s %d px %s",
              width == SHOWN_WIDTHS[0] ? "" : ",",
              width,
              Percent.of(found.trimaps().get(width - 1).meanIou(MeanIou.PRESENT))));
    }
    return line.append("; Boundary IoU (present) ")
        .append(Percent.of(found.rims().meanIou(MeanIou.PRESENT)))
        .toString();
  }
}
