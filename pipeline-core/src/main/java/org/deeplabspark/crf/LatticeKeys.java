package org.deeplabspark.crf;

import java.util.function.IntToDoubleFunction;

/**
 * How the vertices of a permutohedral lattice are packed into longs, and how features are scaled to
 * it.
 *
 * <p>A vertex's coordinates are congruent modulo d + 1, so the key holds their remainder and the
 * quotients of the first d; the last follows, as they sum to 0.
 */
public final class LatticeKeys {

  private static final int REMAINDER_BITS = 3;

  /** The bits of a key that hold the remainder. */
  static final int REMAINDER = (1 << REMAINDER_BITS) - 1;

  private final float[] scale;
  private final long[] unit;
  private final long origin;
  private final long wrap;
  private final int bits;

  private LatticeKeys(float[] scale, long[] unit, long origin, long wrap, int bits) {
    this.scale = scale;
    this.unit = unit;
    this.origin = origin;
    this.wrap = wrap;
    this.bits = bits;
  }

  /**
   * Keys for features in a range.
   *
   * @param dimensions d, 2 or 5
   * @param largest the largest value of a feature, as a float; the smallest is 0
   * @throws IllegalArgumentException if the range is too large for a key
   */
  public static LatticeKeys of(int dimensions, IntToDoubleFunction largest) {
    int vertices = dimensions + 1;
    float inverse = 1.0f / vertices;
    float expected = (float) (Math.sqrt(2.0 / 3.0) * vertices);
    float[] scale = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      scale[i] = (float) (1.0 / Math.sqrt((i + 2) * (i + 1)) * expected);
    }
    long[] unit = new long[vertices];
    int bit = REMAINDER_BITS;
    long zero = 0;
    long allUnits = 0;
    double above = 0;
    double[] high = new double[vertices];
    for (int i = dimensions; i > 0; i--) {
      high[i] = above;
      above += largest.applyAsDouble(i - 1) * scale[i - 1];
    }
    high[0] = above;
    for (int i = 0; i < dimensions; i++) {
      double low = i == 0 ? 0 : -i * largest.applyAsDouble(i - 1) * scale[i - 1];
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
                "Invalid kernel: deviations too small, features reach %.0f where a lattice of %d"
                    + " dimensions has keys of 63 bits",
                largest.applyAsDouble(i), dimensions));
      }
    }
    return new LatticeKeys(scale, unit, zero, allUnits - dimensions, bit);
  }

  /** What each feature is multiplied by, [d]; live view. */
  public float[] scale() {
    return scale;
  }

  /** A step of d + 1 along an axis, 0 to d; the last axis has none of its own. */
  public long unit(int axis) {
    return unit[axis];
  }

  /** Key of the vertex at the origin. */
  public long origin() {
    return origin;
  }

  /** Added to a key whose remainder is d, instead of 1, when every coordinate grows by 1. */
  public long wrap() {
    return wrap;
  }

  /** Bits that keys take, at most 63. */
  public int bits() {
    return bits;
  }
}
