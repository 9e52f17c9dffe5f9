package org.deeplabspark.crf;

/**
 * Where a feature lies in the permutohedral lattice: the d+1 vertices around it and its weights on
 * them.
 *
 * <p>The arithmetic is float32 without fused multiply-add, in the order of the reference: one
 * flipped rounding would move a vertex. Ties round to the even multiple.
 *
 * <p>A vertex is packed into one long. Its coordinates are all congruent to the same remainder
 * modulo d+1, so the key holds the remainder and the quotients of the first d coordinates; the last
 * follows, as they sum to 0.
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

  // The pixel that was read last.
  private final int[] quotient;
  private final int[] rank;
  private final int[] axisOfRank;
  private final float[] sorted;

  /**
   * An embedding for the features of an image.
   *
   * @throws IllegalArgumentException if the range is too large for a key
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
      // Rounding, the way back to the plane and one neighbour on either side need two multiples
      // each.
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
    quotient = new int[vertices];
    rank = new int[vertices];
    axisOfRank = new int[vertices];
    sorted = new float[vertices];
  }

  /** Embeds a row of pixels. */
  void embed(Features features, int y) {
    features.read(y, row.feature, row.stride);
    kernels.embed(row, scale);
  }

  /** Reads one pixel of the row that was embedded last: its weights on its d+1 corners. */
  void read(int x, float[] weights, int at) {
    int d = dimensions;
    for (int i = 0, from = x; i <= d; i++, from += row.stride) {
      int place = (int) row.rank[from];
      rank[i] = place;
      quotient[i] = (int) row.quotient[from];
      axisOfRank[place] = i;
      sorted[place] = row.residual[from];
    }
    weights[at] = sorted[d] + (1 - sorted[0]);
    for (int corner = 1; corner <= d; corner++) {
      weights[at + corner] = sorted[d - corner] - sorted[d - corner + 1];
    }
  }

  /**
   * The corners' keys of the pixel read last, and the axis along which each corner is followed by
   * the next one, from place at on.
   */
  void keys(long[] keys, int[] axes, int at) {
    long key = origin;
    for (int i = 0; i < dimensions; i++) {
      key += quotient[i] * unit[i];
    }
    for (int corner = 0; corner <= dimensions; corner++) {
      keys[at + corner] = key;
      int axis = axisOfRank[dimensions - corner];
      axes[at + corner] = axis;
      key += 1 - unit[axis];
    }
  }

  /** Coordinate of a corner of the pixel read last. */
  int coordinate(int axis, int remainder) {
    int multiple = quotient[axis] - (rank[axis] > dimensions - remainder ? 1 : 0);
    return multiple * (dimensions + 1) + remainder;
  }

  /**
   * Half of the way to the next vertex along an axis: every coordinate + 1. {@link #back} is the
   * other half: the axis's own - (d + 1).
   */
  long above(long key) {
    boolean wraps = (key & (1 << REMAINDER_BITS) - 1) == dimensions;
    return key + (wraps ? wrap : 1);
  }

  long back(long above, int axis) {
    return above - unit[axis];
  }
}
