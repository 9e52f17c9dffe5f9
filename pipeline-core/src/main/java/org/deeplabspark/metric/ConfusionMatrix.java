package org.deeplabspark.metric;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
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
public final class ConfusionMatrix implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int classes;
  private final long[] counts; // [truth][predicted], row-major
  private final long[] unmatched; // [truth]

  private ConfusionMatrix(int classes, long[] counts, long[] unmatched) {
    this.classes = classes;
    this.counts = counts;
    this.unmatched = unmatched;
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
    return new ConfusionMatrix(classes, new long[classes * classes], new long[classes]);
  }

  /**
   * Counts that were stored before.
   *
   * @param counts [truth][predicted], row-major, none negative; copied
   * @throws IllegalArgumentException if the length is not the square of classes or a count is
   *     negative
   */
  public static ConfusionMatrix ofCounts(int classes, long[] counts) {
    return ofCounts(classes, counts, new long[Math.max(0, classes)]);
  }

  /**
   * Counts of a model that also predicts classes the truth does not have.
   *
   * @param counts [truth][predicted], row-major, none negative; copied
   * @param unmatched pixels by true class that were predicted as none of these classes, none
   *     negative; copied
   * @throws IllegalArgumentException if a length does not fit the classes or a count is negative
   */
  public static ConfusionMatrix ofCounts(int classes, long[] counts, long[] unmatched) {
    ConfusionMatrix matrix = empty(classes);
    if (counts.length != matrix.counts.length || unmatched.length != classes) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid counts: %d classes need %d, got %d",
              classes, matrix.counts.length, counts.length));
    }
    copy(counts, matrix.counts);
    copy(unmatched, matrix.unmatched);
    return matrix;
  }

  private static void copy(long[] counts, long[] target) {
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0) {
        throw new IllegalArgumentException("Invalid counts: must be at least 0, got " + counts[i]);
      }
      target[i] = counts[i];
    }
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
    // All 256 ids first: the loop over pixels needs no checks then.
    LabelPairs.of(truth, predicted)
        .forEach(
            (trueId, predictedId, pixels) -> {
              if (trueId != voidLabel) {
                requireClass("truth", trueId, classes, " or void " + voidLabel);
                requireClass("prediction", predictedId, classes, "");
                matrix.counts[trueId * classes + predictedId] = pixels;
              }
            });
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
    return new ConfusionMatrix(classes, sum(counts, other.counts), sum(unmatched, other.unmatched));
  }

  private static long[] sum(long[] some, long[] more) {
    long[] sum = some.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Math.addExact(sum[i], more[i]);
    }
    return sum;
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

  /**
   * Pixels of one true class that were predicted as a class which is none of these.
   *
   * @param truth 0 to classes - 1
   */
  public long unmatched(int truth) {
    return unmatched[truth];
  }

  /** Pixels that count: all but void. */
  public long pixels() {
    return LongStream.concat(Arrays.stream(counts), Arrays.stream(unmatched)).sum();
  }

  /**
   * One class's overlap.
   *
   * @param classId 0 to classes - 1
   */
  public ClassIou iou(int classId) {
    long truth = unmatched[classId];
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

  /** The ratios. */
  public Figures figures() {
    return new Figures(perClass());
  }

  /** Mean IoU in [0, 1] by a named convention; NaN where no class qualifies. */
  public double meanIou(MeanIou convention) {
    return figures().meanIou(convention);
  }

  /** Share of the pixels that were labelled right, in [0, 1]; NaN without pixels. */
  public double pixelAccuracy() {
    return figures().pixelAccuracy();
  }

  /** Mean of {@link ClassIou#accuracy()} over the classes in the truth; NaN without pixels. */
  public double meanAccuracy() {
    return figures().meanAccuracy();
  }

  /** IoU weighted by each class's share of the truth, in [0, 1]; NaN without pixels. */
  public double frequencyWeightedIou() {
    return figures().frequencyWeightedIou();
  }
}
