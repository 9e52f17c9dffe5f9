package org.deeplabspark.metric;

import java.util.List;

/**
 * The ratios of a set of overlaps, computed last: the counts behind them can be summed first.
 *
 * @param overlaps one for each class of the model, in order
 */
public record Figures(List<ClassIou> overlaps) {

  /** Copies the list. */
  public Figures {
    overlaps = List.copyOf(overlaps);
  }

  /** Mean IoU in [0, 1] by a named convention; NaN where no class qualifies. */
  public double meanIou(MeanIou convention) {
    return convention.mean(overlaps);
  }

  /** Pixels that count: all but void. */
  public long pixels() {
    return overlaps.stream().mapToLong(ClassIou::truthPixels).sum();
  }

  /** Share of the pixels that were labelled right, in [0, 1]; NaN without pixels. */
  public double pixelAccuracy() {
    long right = overlaps.stream().mapToLong(ClassIou::intersection).sum();
    return pixels() == 0 ? Double.NaN : (double) right / pixels();
  }

  /** Mean of {@link ClassIou#accuracy()} over the classes in the truth; NaN without pixels. */
  public double meanAccuracy() {
    return overlaps.stream()
        .filter(overlap -> overlap.truthPixels() > 0)
        .mapToDouble(ClassIou::accuracy)
        .average()
        .orElse(Double.NaN);
  }

  /** IoU weighted by each class's share of the truth, in [0, 1]; NaN without pixels. */
  public double frequencyWeightedIou() {
    double sum = 0;
    for (ClassIou overlap : overlaps) {
      sum += overlap.truthPixels() == 0 ? 0 : overlap.truthPixels() * overlap.iou();
    }
    return sum / pixels();
  }
}
