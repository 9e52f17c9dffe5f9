package org.deeplabspark.model;

import java.util.List;

/** One array of a weights file, as 32-bit floats in C order. */
final class NamedTensor {

  private final List<Integer> shape;
  private final float[] values;

  /**
   * An array; the values are not copied.
   *
   * @param shape sizes of its dimensions, empty for a single value
   * @param values as many as the product of the shape
   */
  NamedTensor(List<Integer> shape, float[] values) {
    this.shape = List.copyOf(shape);
    this.values = values;
  }

  List<Integer> shape() {
    return shape;
  }

  /** Live view. */
  float[] values() {
    return values;
  }

  /**
   * Number of values of a shape that stood in a file.
   *
   * @throws IllegalArgumentException if a size is negative or the product more than an array holds
   */
  static int length(String name, List<Long> shape) {
    long length = 1;
    for (long size : shape) {
      if (size < 0 || (size > 0 && length > Integer.MAX_VALUE / size)) {
        throw new IllegalArgumentException(
            String.format("Invalid tensor %s: no array has the shape %s", name, shape));
      }
      length *= size;
    }
    return (int) length;
  }
}
