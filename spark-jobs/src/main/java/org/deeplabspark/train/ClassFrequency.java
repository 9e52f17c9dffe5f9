package org.deeplabspark.train;

import java.io.Serializable;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.deeplabspark.image.LabelMask;

/** How often classes occur in label images. Adds up. */
final class ClassFrequency implements Serializable {

  private static final long serialVersionUID = 1L;

  private final long[] pixels;
  private final long[] pixelsWherePresent;

  /** Of nothing yet. */
  ClassFrequency(int classes) {
    this.pixels = new long[classes];
    this.pixelsWherePresent = new long[classes];
  }

  /** Counts a mask of class numbers. */
  void add(LabelMask mask) {
    long[] here = new long[pixels.length];
    long labelled = 0;
    for (int i = 0; i < mask.pixels(); i++) {
      int label = mask.label(i);
      if (label != LabelMask.VOID) {
        here[label]++;
        labelled++;
      }
    }
    for (int c = 0; c < here.length; c++) {
      pixels[c] += here[c];
      pixelsWherePresent[c] += here[c] > 0 ? labelled : 0;
    }
  }

  /** Adds other images' counts to these. */
  ClassFrequency plus(ClassFrequency other) {
    for (int c = 0; c < pixels.length; c++) {
      pixels[c] += other.pixels[c];
      pixelsWherePresent[c] += other.pixelsWherePresent[c];
    }
    return this;
  }

  /** A class's share of the labelled pixels in images that have it; NaN where none has. */
  double share(int classId) {
    return (double) pixels[classId] / pixelsWherePresent[classId];
  }

  /** Whether no pixel is of a class that weighs anything. */
  boolean isNothing(float[] classWeights) {
    for (int c = 0; c < pixels.length; c++) {
      if (pixels[c] > 0 && classWeights[c] > 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether no pixel is of any class. */
  boolean isVoid() {
    return LongStream.of(pixels).allMatch(count -> count == 0);
  }

  /** The median of all shares. */
  double medianShare() {
    double[] shares =
        IntStream.range(0, pixels.length)
            .mapToDouble(this::share)
            .filter(share -> !Double.isNaN(share))
            .sorted()
            .toArray();
    int half = shares.length / 2;
    return shares.length % 2 == 1 ? shares[half] : (shares[half - 1] + shares[half]) / 2;
  }
}
