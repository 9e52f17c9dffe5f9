package org.deeplabspark.crf;

/**
 * Locates features in the permutohedral lattice: the d + 1 vertices of the enclosing simplex and
 * the weights on them.
 *
 * <p>The arithmetic is float32 without fused multiply-add, in the order of the reference: one
 * different rounding would move a vertex. Ties round to the even multiple.
 *
 * <p>A vertex is packed into a long. Its coordinates are congruent modulo d + 1, so the key holds
 * their remainder and the quotients of the first d; the last follows, as they sum to 0.
 */
final class Embedding {

  private static final int REMAINDER_BITS = 3;

  private final int dimensions;
  private final float[] scale;
  private final long[] unit;
  private final long wrap;
  private final long origin;

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
    int vertices = dimensions + 1;
    float inverse = 1.0f / vertices;
    float expected = (float) (Math.sqrt(2.0 / 3.0) * vertices);
    scale = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      scale[i] = (float) (1.0 / Math.sqrt((i + 2) * (i + 1)) * expected);
    }
    unit = new long[vertices];
    int bit = REMAINDER_BITS;
    long zero = 0;
    long allUnits = 0;
    double above = 0;
    double[] high = new double[vertices];
    for (int i = dimensions; i > 0; i--) {
      high[i] = above;
      above += (double) features.largest(i - 1) * scale[i - 1];
    }
    high[0] = above;
    for (int i = 0; i < dimensions; i++) {
      double low = i == 0 ? 0 : -i * (double) features.largest(i - 1) * scale[i - 1];
      // Three more multiples on either side: for the rounding, for the return to the plane and for
      // a neighbour.
      long lowest = (long) Math.floor(low * inverse) - 3;
      long range = (long) Math.ceil(high[i] * inverse) + 3 - lowest;
      unit[i] = 1L << bit;
      zero -= lowest * unit[i];
      allUnits += unit[i];
      bit += Long.SIZE - Long.numberOfLeadingZeros(range);
      if (range > 1 << 21 || bit > Long.SIZE - 1) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid kernel: deviations too small, features reach %.0f where a lattice of %d dimensions"
                    + " has keys of 63 bits",
                features.largest(i), dimensions));
      }
    }
    origin = zero;
    wrap = allUnits - dimensions;
  }

  /** Embeds a row of pixels, which the read methods then refer to. */
  void embed(Features features, int y) {
    features.read(y, row.feature, row.stride);
    kernels.embed(row, scale);
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
    long key = origin;
    for (int i = 0, from = x; i <= d; i++, from += row.stride) {
      axes[at + d - (int) row.rank[from]] = i;
      int quotient = (int) row.quotient[from];
      key += quotient * unit[i];
    }
    for (int corner = 0; corner <= d; corner++) {
      keys[at + corner] = key;
      key += 1 - unit[axes[at + corner]];
    }
  }

  /**
   * Adds 1 to every coordinate: the first half of the step to the next vertex along an axis. {@link
   * #back} is the second: it subtracts d + 1 from the axis's own.
   */
  long above(long key) {
    boolean wraps = (key & (1 << REMAINDER_BITS) - 1) == dimensions;
    return key + (wraps ? wrap : 1);
  }

  long back(long above, int axis) {
    return above - unit[axis];
  }
}
