package org.deeplabspark.metric;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** Sums of overlaps, class by class. Mutable; not thread-safe. */
public final class OverlapCounts implements Serializable {

  private static final long serialVersionUID = 1L;

  private final long[] sums; // [class][intersection, truth, predicted]

  /**
   * No pixel yet.
   *
   * @param classes at least 1
   */
  public OverlapCounts(int classes) {
    sums = new long[3 * classes];
  }

  /** Number of classes. */
  public int classes() {
    return sums.length / 3;
  }

  /** Adds counts of one class. */
  public void add(int classId, long intersection, long truthPixels, long predictedPixels) {
    sums[3 * classId] += intersection;
    sums[3 * classId + 1] += truthPixels;
    sums[3 * classId + 2] += predictedPixels;
  }

  /** Adds counts of one class. */
  public void add(ClassIou overlap) {
    add(
        overlap.classId(),
        overlap.intersection(),
        overlap.truthPixels(),
        overlap.predictedPixels());
  }

  /**
   * Adds one pixel that counts: a label of {@code classes} or more is no class of the prediction.
   */
  void addPixel(int truth, int predicted) {
    sums[3 * truth + 1]++;
    if (predicted < classes()) {
      sums[3 * predicted + 2]++;
    }
    if (predicted == truth) {
      sums[3 * truth]++;
    }
  }

  /**
   * Adds another sum.
   *
   * @return this
   * @throws IllegalArgumentException if the numbers of classes differ
   */
  public OverlapCounts addAll(OverlapCounts other) {
    if (other.sums.length != sums.length) {
      throw new IllegalArgumentException(
          String.format("Invalid sum: of %d and %d classes", classes(), other.classes()));
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] += other.sums[i];
    }
    return this;
  }

  /** The sums, one overlap a class, in order. */
  public List<ClassIou> overlaps() {
    List<ClassIou> overlaps = new ArrayList<>();
    for (int id = 0; id < classes(); id++) {
      overlaps.add(new ClassIou(id, sums[3 * id], sums[3 * id + 1], sums[3 * id + 2]));
    }
    return overlaps;
  }
}
