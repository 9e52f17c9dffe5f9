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
  }

  /** Embeds a row of pixels. */
  void embed(Features features, int y) {
    features.read(y, row.feature, row.stride);
    kernels.embed(row, scale);
  }

  /**
   * Weights of the first pixels of the row that was embedded last, on their d+1 corners.
   *
   * @param weights gets them, [pixel][corner] from place at on
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
   * Along an axis, where the corners of the row's first pixels stand whose remainder this is:
   * coordinates are (d + 1) * multiple + remainder.
   */
  void readMultiples(int axis, int remainder, int pixels, int[] multiples) {
    int from = axis * row.stride;
    for (int x = 0; x < pixels; x++) {
      int above = (dimensions - remainder - (int) row.rank[from + x]) >>> 31;
      multiples[x] = (int) row.quotient[from + x] - above;
    }
  }

  /**
   * The keys of a pixel's corners, and the axis along which each corner is followed by the next
   * one.
   *
   * @param x of the row that was embedded last
   * @param keys gets the keys, from place at on
   * @param axes gets the axes, likewise
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
