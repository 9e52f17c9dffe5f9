package org.deeplabspark.evaluate;

import org.deeplabspark.image.LabelMask;

/**
 * Labels that scaling with smoothing made: nearly all their pixels lie on a ramp, between a lower
 * and a higher label in their row or column.
 */
final class SmoothedIds {

  /** Share of a label's pixels on ramps; true classes that touch two others have far less. */
  private static final double MOST = 0.8;

  /** Fewer pixels say nothing. */
  private static final int FEWEST = 4;

  private SmoothedIds() {}

  /** Whether each of the 256 labels is such a one in this image. */
  static boolean[] of(LabelMask mask) {
    int width = mask.width();
    int height = mask.height();
    int[] pixels = new int[256];
    int[] ramps = new int[256];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        int label = mask.label(at);
        pixels[label]++;
        boolean ramp =
            (x > 0 && x < width - 1 && between(mask.label(at - 1), label, mask.label(at + 1)))
                || (y > 0
                    && y < height - 1
                    && between(mask.label(at - width), label, mask.label(at + width)));
        ramps[label] += ramp ? 1 : 0;
      }
    }
    boolean[] smoothed = new boolean[256];
    for (int label = 0; label < 256; label++) {
      smoothed[label] = pixels[label] >= FEWEST && ramps[label] >= MOST * pixels[label];
    }
    return smoothed;
  }

  private static boolean between(int one, int label, int other) {
    return (one < label && label < other) || (one > label && label > other);
  }
}
