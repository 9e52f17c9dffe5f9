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
  // Adding and taking off 1.5 * 2^23 rounds to the nearest integer, ties to even, below 2^22.
  private static final float ROUNDING = 12582912f;

  private final int dimensions;
  private final float[] scale;
  private final float inverse;
  private final long[] unit;
  private final long wrap;
  private final long origin;

  private final float[] elevated;
  private final int[] quotient;
  private final int[] rank;
  private final int[] axisOfRank;
  private final float[] barycentric;

  /**
   * An embedding for features in [0, largest[i]].
   *
   * @throws IllegalArgumentException if the range is too large for a key
   */
  Embedding(float[] largest) {
    dimensions = largest.length;
    int vertices = dimensions + 1;
    inverse = 1.0f / vertices;
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
      above += (double) largest[i - 1] * scale[i - 1];
    }
    high[0] = above;
    for (int i = 0; i < dimensions; i++) {
      double low = i == 0 ? 0 : -i * (double) largest[i - 1] * scale[i - 1];
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
                largest[i], dimensions));
      }
    }
    origin = zero;
    wrap = allUnits - dimensions;
    elevated = new float[vertices];
    quotient = new int[vertices];
    rank = new int[vertices];
    axisOfRank = new int[vertices];
    barycentric = new float[vertices + 1];
  }

  /** Embeds one feature: its d+1 keys and weights, by remainder. */
  void embed(float[] feature, long[] keys, float[] weights) {
    elevate(feature);
    int sum = roundToRemainderZero();
    sortResiduals();
    returnToPlane(sum);
    int d = dimensions;
    java.util.Arrays.fill(barycentric, 0);
    long key = origin;
    for (int i = 0; i <= d; i++) {
      float v = (elevated[i] - quotient[i] * (float) (d + 1)) * inverse;
      barycentric[d - rank[i]] += v;
      barycentric[d - rank[i] + 1] -= v;
      axisOfRank[rank[i]] = i;
      key += quotient[i] * unit[i];
    }
    barycentric[0] += 1 + barycentric[d + 1];
    for (int remainder = 0; remainder <= d; remainder++) {
      keys[remainder] = key;
      weights[remainder] = barycentric[remainder];
      key += 1 - unit[axisOfRank[d - remainder]];
    }
  }

  /** Coordinate of a corner of the feature embedded last. */
  int coordinate(int axis, int remainder) {
    int multiple = quotient[axis] - (rank[axis] > dimensions - remainder ? 1 : 0);
    return multiple * (dimensions + 1) + remainder;
  }

  /** The axis along which a corner of the feature embedded last is followed by the next one. */
  int axis(int remainder) {
    return axisOfRank[dimensions - remainder];
  }

  /** The next vertex along one axis: every coordinate + 1, the axis's own - d. */
  long next(long key, int axis) {
    boolean wraps = (key & (1 << REMAINDER_BITS) - 1) == dimensions;
    return key + (wraps ? wrap : 1) - unit[axis];
  }

  private void elevate(float[] feature) {
    float sum = 0;
    for (int i = dimensions; i > 0; i--) {
      float scaled = feature[i - 1] * scale[i - 1];
      elevated[i] = sum - i * scaled;
      sum += scaled;
    }
    elevated[0] = sum;
  }

  private int roundToRemainderZero() {
    int sum = 0;
    for (int i = 0; i <= dimensions; i++) {
      quotient[i] = (int) (inverse * elevated[i] + ROUNDING - ROUNDING);
      sum += quotient[i];
    }
    return sum;
  }

  private void sortResiduals() {
    java.util.Arrays.fill(rank, 0);
    for (int i = 0; i < dimensions; i++) {
      float residual = elevated[i] - quotient[i] * (float) (dimensions + 1);
      for (int j = i + 1; j <= dimensions; j++) {
        if (residual < elevated[j] - quotient[j] * (float) (dimensions + 1)) {
          rank[i]++;
        } else {
          rank[j]++;
        }
      }
    }
  }

  private void returnToPlane(int sum) {
    for (int i = 0; i <= dimensions; i++) {
      rank[i] += sum;
      if (rank[i] < 0) {
        rank[i] += dimensions + 1;
        quotient[i]++;
      } else if (rank[i] > dimensions) {
        rank[i] -= dimensions + 1;
        quotient[i]--;
      }
    }
  }
}
