package org.deeplabspark.crf;

/** Plain loops, and the constants of the exponential. */
final class ScalarSoftmax implements SoftmaxKernels {

  static final float LOG2_E = 1.442695f;
  // Adding 1.5 * 2^23 rounds to the nearest integer below 2^22, ties to even, and leaves it in the
  // low bits; subtracting it again gives the integer as a float.
  static final float ROUNDING = 12582912f;
  // ln 2 in two parts, the high one short enough for exact products.
  static final float LN_2_HIGH = 0.6933594f;
  static final float LN_2_LOW = -2.12194440e-4f;
  private static final float LN_2 = 0.6931472f;
  // Minimax polynomial of (exp(r) - 1 - r) / r^2 on [-ln 2 / 2, ln 2 / 2], as in Cephes' expf.
  static final float E0 = 0.5f;
  static final float E1 = 0.16666666f;
  static final float E2 = 0.041665796f;
  static final float E3 = 0.008333452f;
  static final float E4 = 0.0013981999f;
  static final float E5 = 0.00019875691f;

  /** exp(x) for x in [-60, 60], within 2 units in the last place. */
  static float exp(float x) {
    float t = x * LOG2_E + ROUNDING;
    float n = t - ROUNDING;
    float r = x - n * LN_2_HIGH - n * LN_2_LOW;
    float p = ((((((r * E5 + E4) * r + E3) * r + E2) * r + E1) * r + E0) * (r * r) + r) + 1;
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(t) << 23));
  }

  /** ln(x) for normal positive x, within 1e-6 of x up to 1,000. */
  static float log(float x) {
    int bits = Float.floatToRawIntBits(x);
    // x = 2^n m with m in [1 / sqrt 2, sqrt 2): 0x3504f3 are the low bits of sqrt 2.
    int n = (bits - 0x3f3504f3) >> 23;
    float m = Float.intBitsToFloat(bits - (n << 23));
    // ln m = 2 artanh((m - 1) / (m + 1)), whose next term is below 3e-8.
    float t = (m - 1) / (m + 1);
    float t2 = t * t;
    float artanh = t + t * t2 * (1f / 3 + t2 * (1f / 5 + t2 * (1f / 7)));
    return n * LN_2 + 2 * artanh;
  }

  @Override
  public void exponentiate(float[] values, int from, int to, float[] scratch, int scratchAt) {
    for (int i = from; i < to; i++) {
      values[i] = exp(values[i]);
    }
  }

  @Override
  public void addSums(float[] e, int lanes, float[] z, int from, int to, float[] scratch) {
    for (int pixel = from; pixel < to; pixel++) {
      for (int at = pixel * lanes; at < (pixel + 1) * lanes; at += 4) {
        z[pixel] += (e[at] + e[at + 1]) + (e[at + 2] + e[at + 3]);
      }
    }
  }
}
