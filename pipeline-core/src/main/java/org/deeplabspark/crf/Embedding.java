package org.deeplabspark.crf;

/**
 * Locates features in the permutohedral lattice: the d + 1 vertices of the enclosing simplex and
 * the weights on them.
 *
 * <p>The arithmetic is float32 without fused multiply-add, in the order of the reference: one
 * different rounding would move a vertex. Ties round to the even multiple.
 */
final class Embedding {

  private final int dimensions;
  private final LatticeKeys packing;

  private final EmbeddingKernels kernels;
  private final EmbeddedRow row;

  /**
   * Prepares for the features of an image.
   *
   * @throws IllegalArgumentException if their range is too large for a key
   */
  Embedding(Features features, EmbeddingKernels kernels) {
    this.kernels = kernels;
    dimensions = features.dimensions();
    row = new EmbeddedRow(dimensions, features.width());
    packing = LatticeKeys.of(dimensions, features::largest);
  }

  /** Embeds a row of pixels, which the read methods then refer to. */
  void embed(Features features, int y) {
    features.read(y, row.feature, row.stride);
    kernels.embed(row, packing.scale());
  }

  /**
   * Writes the weights of the row's first pixels.
   *
   * @param weights [pixel][corner] from {@code at} on
   */
  void readWeights(int pixels, float[] weights, int at) {
    int corners = dimensions + 1;
    for (int i = 0; i < corners; i++) {
      int from = i * row.stride;
      for (int x = 0; x < pixels; x++) {
        row.sorted[x * corners + (int) row.rank[from + x]] = row.residual[from + x];
      }
    }
    for (int first = 0; first < pixels * corners; first += corners) {
      int last = first + dimensions;
      weights[at + first] = row.sorted[last] + (1 - row.sorted[first]);
      for (int corner = 1; corner < corners; corner++) {
        weights[at + first + corner] = row.sorted[last - corner] - row.sorted[last - corner + 1];
      }
    }
  }

  /**
   * Writes the coordinates along an axis of the corners of the row's first pixels that have a
   * remainder, as multiples: a coordinate is (d + 1) * multiple + remainder.
   */
  void readMultiples(int axis, int remainder, int pixels, int[] multiples) {
    int from = axis * row.stride;
    for (int x = 0; x < pixels; x++) {
      int above = (dimensions - remainder - (int) row.rank[from + x]) >>> 31;
      multiples[x] = (int) row.quotient[from + x] - above;
    }
  }

  /**
   * Writes the keys of a pixel's corners, and the axis along which each corner's neighbour is the
   * next corner, from {@code at} on.
   */
  void readKeys(int x, long[] keys, int[] axes, int at) {
    int d = dimensions;
    long key = packing.origin();
    for (int i = 0, from = x; i <= d; i++, from += row.stride) {
      axes[at + d - (int) row.rank[from]] = i;
      int quotient = (int) row.quotient[from];
      key += quotient * packing.unit(i);
    }
    for (int corner = 0; corner <= d; corner++) {
      keys[at + corner] = key;
      key += 1 - packing.unit(axes[at + corner]);
    }
  }

  /**
   * Adds 1 to every coordinate: the first half of the step to the next vertex along an axis. {@link
   * #back} is the second: it subtracts d + 1 from the axis's own.
   */
  long above(long key) {
    boolean wraps = (key & LatticeKeys.REMAINDER) == dimensions;
    return key + (wraps ? packing.wrap() : 1);
  }

  long back(long above, int axis) {
    return above - packing.unit(axis);
  }
}
