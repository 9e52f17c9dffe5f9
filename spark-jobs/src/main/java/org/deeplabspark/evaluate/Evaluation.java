package org.deeplabspark.evaluate;

import java.util.List;
import java.util.Locale;
import org.deeplabspark.metric.ClassIou;
import org.deeplabspark.metric.ConfusionMatrix;
import org.deeplabspark.metric.MeanIou;

/**
 * What {@code evaluate} found.
 *
 * @param matrix counts over all images
 * @param classNames in order, as many as the matrix has classes
 * @param convention of {@link #meanIou()}
 * @param images that were compared
 * @param truthsWithoutPrediction truth files that no prediction was compared with
 */
public record Evaluation(
    ConfusionMatrix matrix,
    List<String> classNames,
    MeanIou convention,
    long images,
    long truthsWithoutPrediction) {

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
            "%-" + width + "s %7s %9s %7s %14s%n",
            "class",
            "IoU %",
            "accuracy %",
            "Dice %",
            "truth pixels"));
    int absent = 0;
    for (ClassIou iou : matrix.perClass()) {
      if (iou.union() == 0) {
        absent++;
        continue;
      }
      text.append(
          String.format(
              Locale.ROOT,
              "%-" + width + "s %7s %10s %7s %14d%n",
              classNames.get(iou.classId()),
              percent(iou.iou()),
              percent(iou.accuracy()),
              percent(iou.dice()),
              iou.truthPixels()));
    }
    if (absent > 0) {
      text.append(String.format("(%d classes in neither truth nor predictions)%n", absent));
    }
    text.append(
        String.format(
            "mIoU (%s) %s, pixel accuracy %s, mean accuracy %s, frequency-weighted IoU %s, %d images",
            convention.name().toLowerCase(Locale.ROOT),
            percent(meanIou()),
            percent(matrix.pixelAccuracy()),
            percent(matrix.meanAccuracy()),
            percent(matrix.frequencyWeightedIou()),
            images));
    return text.toString();
  }

  private static String percent(double ratio) {
    return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", 100 * ratio);
  }
}
