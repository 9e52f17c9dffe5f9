package org.deeplabspark.tensor;

/**
 * Planar floats [channels][height * width], row-major within a plane: logits, probabilities, unary
 * energies or marginals.
 *
 * <p>Mutable through {@link #values()}; not thread-safe.
 */
public final class FeatureMap {

  private final int channels;
  private final int height;
  private final int width;
  private final float[] values;

  /**
   * Wraps an array and takes ownership of it.
   *
   * @param channels at least 1
   * @param height rows, at least 1
   * @param width columns, at least 1
   * @param values [channels][height * width]
   * @throws IllegalArgumentException if a size is below 1 or the array's length is not their
   *     product
   */
  public FeatureMap(int channels, int height, int width, float[] values) {
    if (values.length != length(channels, height, width)) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid feature map: %d x %d x %d needs %d values, got %d",
              channels, height, width, length(channels, height, width), values.length));
    }
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.values = values;
  }

  /**
   * A map of zeros.
   *
   * @param channels at least 1
   * @param height rows, at least 1
   * @param width columns, at least 1
   * @throws IllegalArgumentException if a size is below 1 or the product does not fit one array
   */
  public static FeatureMap zeros(int channels, int height, int width) {
    return new FeatureMap(channels, height, width, new float[length(channels, height, width)]);
  }

  private static int length(int channels, int height, int width) {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid feature map: sizes must be at least 1, got %d x %d x %d",
              channels, height, width));
    }
    long length = (long) channels * height * width;
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid feature map: %d x %d x %d is more than one array holds",
              channels, height, width));
    }
    return (int) length;
  }

  /** Number of planes. */
  public int channels() {
    return channels;
  }

  /** Rows of a plane. */
  public int height() {
    return height;
  }

  /** Columns of a plane. */
  public int width() {
    return width;
  }

  /** Values of a plane: height times width. */
  public int planeSize() {
    return height * width;
  }

  /** Live view of [channels][height * width]. */
  public float[] values() {
    return values;
  }

  /**
   * Channel of the largest value at each pixel; the first of equal ones wins, and a NaN never wins.
   *
   * @return row-major [height * width]
   */
  public int[] argMax() {
    int plane = planeSize();
    int[] best = new int[plane];
    for (int channel = 1; channel < channels; channel++) {
      int offset = channel * plane;
      for (int pixel = 0; pixel < plane; pixel++) {
        // Negated, so that a NaN in an earlier channel gives way.
        float value = values[offset + pixel];
        if (!Float.isNaN(value) && !(value <= values[best[pixel] * plane + pixel])) {
          best[pixel] = channel;
        }
      }
    }
    return best;
  }
}
