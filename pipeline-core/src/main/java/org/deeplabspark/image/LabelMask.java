package org.deeplabspark.image;

import org.deeplabspark.tensor.FeatureMap;

/** One class id a pixel, unsigned bytes [height][width] in the stored orientation. */
public final class LabelMask {

  /** The id that says "no label here" in VOC's ground truth; it counts nowhere. */
  public static final int VOID = 255;

  private final int width;
  private final int height;
  private final byte[] labels;

  /**
   * Wraps an array and takes ownership of it.
   *
   * @param width columns, at least 1
   * @param height rows, at least 1
   * @param labels unsigned class ids [height][width]
   * @throws IllegalArgumentException if a size is below 1 or the array's length does not fit
   */
  public LabelMask(int width, int height, byte[] labels) {
    if (width < 1 || height < 1 || labels.length != (long) width * height) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid label mask: %d x %d with %d labels", width, height, labels.length));
    }
    this.width = width;
    this.height = height;
    this.labels = labels;
  }

  /** The channel with the largest score at each pixel, as {@link FeatureMap#argMax()} finds it. */
  public static LabelMask argMax(FeatureMap scores) {
    int[] best = scores.argMax();
    byte[] labels = new byte[best.length];
    for (int pixel = 0; pixel < best.length; pixel++) {
      labels[pixel] = (byte) best[pixel];
    }
    return new LabelMask(scores.width(), scores.height(), labels);
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Number of pixels: width times height. */
  public int pixels() {
    return width * height;
  }

  /**
   * Class id of one pixel, 0..255.
   *
   * @param pixel row-major index, y * width + x
   */
  public int label(int pixel) {
    return labels[pixel] & 0xff;
  }

  /** Live view of the unsigned ids [height][width]. */
  public byte[] labels() {
    return labels;
  }
}
