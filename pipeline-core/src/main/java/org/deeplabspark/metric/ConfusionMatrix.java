package org.deeplabspark.metric;

import java.util.ArrayList;
import java.util.List;
import org.deeplabspark.image.LabelMask;

/**
 * Pixels counted by true class (row) and predicted class (column). Immutable; sums are exact and in
 * any order.
 *
 * <p>A pixel whose true label is void counts nowhere, whatever was predicted there, as in
 * VOCevalseg.m of the VOC devkit.
 *
 * @see <a href="https://doi.org/10.1007/s11263-014-0733-5">Everingham et al., IJCV 2015</a>
 */
public final class ConfusionMatrix {

  private final int classes;
  private final long[] counts; // [truth][predicted], row-major

  private ConfusionMatrix(int classes, long[] counts) {
    this.classes = classes;
    this.counts = counts;
  }

  /**
   * No pixel yet.
   *
   * @param classes 1 to 256
   * @throws IllegalArgumentException if the number is out of range
   */
  public static ConfusionMatrix empty(int classes) {
    if (classes < 1 || classes > 256) {
      throw new IllegalArgumentException("Invalid classes: must be 1 to 256, got " + classes);
    }
    return new ConfusionMatrix(classes, new long[classes * classes]);
  }

  /**
   * Counts that were stored before.
   *
   * @param counts [truth][predicted], row-major, none negative; copied
   * @throws IllegalArgumentException if the length is not the square of classes or a count is
   *     negative
   */
  public static ConfusionMatrix ofCounts(int classes, long[] counts) {
    ConfusionMatrix matrix = empty(classes);
    if (counts.length != matrix.counts.length) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid counts: %d classes need %d, got %d",
              classes, matrix.counts.length, counts.length));
    }
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0) {
        throw new IllegalArgumentException("Invalid counts: must be at least 0, got " + counts[i]);
      }
      matrix.counts[i] = counts[i];
    }
    return matrix;
  }

  /**
   * Counts one image whose truth marks void by {@link LabelMask#VOID}.
   *
   * @param truth every label below {@code classes}, or 255
   * @param predicted same shape, every label below {@code classes} where the truth is not void
   * @throws IllegalArgumentException if the shapes differ or a label is out of range
   */
  public static ConfusionMatrix of(int classes, LabelMask truth, LabelMask predicted) {
    return of(classes, truth, predicted, LabelMask.VOID);
  }

  /**
   * Counts one image.
   *
   * @param truth every label below {@code classes}, or {@code voidLabel}
   * @param predicted same shape, every label below {@code classes} where the truth is not void
   * @param voidLabel 0 to 255; it wins over a class of the same id
   * @throws IllegalArgumentException if the shapes differ or a label is out of range
   */
  public static ConfusionMatrix of(
      int classes, LabelMask truth, LabelMask predicted, int voidLabel) {
    ConfusionMatrix matrix = empty(classes);
    if (truth.width() != predicted.width() || truth.height() != predicted.height()) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid masks: truth is %d x %d, prediction %d x %d",
              truth.width(), truth.height(), predicted.width(), predicted.height()));
    }
    // All 256 ids first: the loop over pixels needs no checks then.
    int[] pairs = new int[256 * 256];
    byte[] t = truth.labels();
    byte[] p = predicted.labels();
    for (int i = 0; i < t.length; i++) {
      pairs[(t[i] & 0xff) << 8 | (p[i] & 0xff)]++;
    }
    for (int pair = 0; pair < pairs.length; pair++) {
      int trueId = pair >> 8;
      int predictedId = pair & 0xff;
      if (pairs[pair] == 0 || trueId == voidLabel) {
        continue;
      }
      requireClass("truth", trueId, classes, " or void " + voidLabel);
      requireClass("prediction", predictedId, classes, "");
      matrix.counts[trueId * classes + predictedId] = pairs[pair];
    }
    return matrix;
  }

  private static void requireClass(String mask, int id, int classes, String orElse) {
    if (id >= classes) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid label in the %s: must be 0 to %d%s, got %d", mask, classes - 1, orElse, id));
    }
  }

  /**
   * The sum of two matrices.
   *
   * @throws IllegalArgumentException if their numbers of classes differ
   */
  public ConfusionMatrix plus(ConfusionMatrix other) {
    if (other.classes != classes) {
      throw new IllegalArgumentException(
          String.format("Invalid sum: of %d and %d classes", classes, other.classes));
    }
    long[] sum = counts.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Math.addExact(sum[i], other.counts[i]);
    }
    return new ConfusionMatrix(classes, sum);
  }

  /** Number of classes: rows and columns. */
  public int classes() {
    return classes;
  }

  /**
   * Pixels of one true class that were predicted as another.
   *
   * @param truth row, 0 to classes - 1
   * @param predicted column, 0 to classes - 1
   */
  public long count(int truth, int predicted) {
    return counts[truth * classes + predicted];
  }

  /** Pixels that count: all but void. */
  public long pixels() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /**
   * One class's overlap.
   *
   * @param classId 0 to classes - 1
   */
  public ClassIou iou(int classId) {
    long truth = 0;
    long predicted = 0;
    for (int other = 0; other < classes; other++) {
      truth += count(classId, other);
      predicted += count(other, classId);
    }
    return new ClassIou(classId, count(classId, classId), truth, predicted);
  }

  /** Every class's overlap, in order. */
  public List<ClassIou> perClass() {
    List<ClassIou> all = new ArrayList<>();
    for (int id = 0; id < classes; id++) {
      all.add(iou(id));
    }
    return List.copyOf(all);
  }

  /** Mean IoU in [0, 1] by a named convention; NaN where no class qualifies. */
  public double meanIou(MeanIou convention) {
    return convention.mean(perClass());
  }

  /** Share of the pixels that were labelled right, in [0, 1]; NaN without pixels. */
  public double pixelAccuracy() {
    long right = 0;
    for (int id = 0; id < classes; id++) {
      right += count(id, id);
    }
    long all = pixels();
    return all == 0 ? Double.NaN : (double) right / all;
  }

  /** Mean of {@link ClassIou#accuracy()} over the classes in the truth; NaN without pixels. */
  public double meanAccuracy() {
    return perClass().stream()
        .filter(overlap -> overlap.truthPixels() > 0)
        .mapToDouble(ClassIou::accuracy)
        .average()
        .orElse(Double.NaN);
  }

  /** IoU weighted by each class's share of the truth, in [0, 1]; NaN without pixels. */
  public double frequencyWeightedIou() {
    double sum = 0;
    for (ClassIou iou : perClass()) {
      sum += iou.truthPixels() == 0 ? 0 : iou.truthPixels() * iou.iou();
    }
    return sum / pixels();
  }
}
