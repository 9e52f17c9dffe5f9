package org.deeplabspark.crf;

/**
 * Plain loops: the twin of the vector kernels for machines that do not have them, and for the ends
 * of rows.
 */
final class ScalarTileKernels implements TileKernels {

  static final float LOG2_E = 1.442695f;
  // Adding and taking off 1.5 * 2^23 rounds to the nearest integer below 2^22; its low bits are
  // then that integer.
  static final float ROUNDING = 12582912f;
  // ln 2 in two parts, the high one short enough for exact products.
  static final float LN_2_HIGH = 0.6933594f;
  static final float LN_2_LOW = -2.12194440e-4f;
  // Minimax polynomial of (exp(r) - 1 - r) / r^2 on [-ln 2 / 2, ln 2 / 2], as in Cephes' expf.
  static final float E0 = 0.5f;
  static final float E1 = 0.16666666f;
  static final float E2 = 0.041665796f;
  static final float E3 = 0.008333452f;
  static final float E4 = 0.0013981999f;
  static final float E5 = 0.00019875691f;

  private final int lanes;
  private final int shift;

  ScalarTileKernels(int lanes) {
    this.lanes = lanes;
    shift = Integer.numberOfTrailingZeros(lanes);
  }

  @Override
  public int lanes() {
    return lanes;
  }

  /** exp(x) for x in [-60, 60], within 2 units in the last place. */
  static float exp(float x) {
    float t = x * LOG2_E + ROUNDING;
    float n = t - ROUNDING;
    float r = x - n * LN_2_HIGH - n * LN_2_LOW;
    float p = ((((((r * E5 + E4) * r + E3) * r + E2) * r + E1) * r + E0) * (r * r) + r) + 1;
    return Float.intBitsToFloat(Float.floatToRawIntBits(p) + (Float.floatToRawIntBits(t) << 23));
  }

  @Override
  public void splat(
      float[] q, float[] before, Corners corners, float[] values, int base, int from, int to) {
    int count = corners.count();
    for (int pixel = from; pixel < to; pixel++) {
      for (int entry = pixel * count; entry < (pixel + 1) * count; entry++) {
        accumulate(
            q,
            pixel << shift,
            before[pixel],
            values,
            base + (corners.vertices()[entry] << shift),
            corners.weights()[entry]);
      }
    }
  }

  private void accumulate(
      float[] q, int source, float before, float[] values, int target, float weight) {
    for (int lane = 0; lane < lanes; lane++) {
      values[target + lane] += q[source + lane] * before * weight;
    }
  }

  @Override
  public void blur(float[] values, Chains chains, int part) {
    for (int at = chains.pairsFrom(part); at < chains.pairsFrom(part + 1); at += 2) {
      blurPair(values, chains.pairs[at] << shift, chains.pairs[at + 1] << shift);
    }
    for (int at = chains.triplesFrom(part); at < chains.triplesFrom(part + 1); at += 3) {
      blurTriple(
          values,
          chains.triples[at] << shift,
          chains.triples[at + 1] << shift,
          chains.triples[at + 2] << shift);
    }
    for (int at = chains.longerFrom(part); at < chains.longerFrom(part + 1); ) {
      at = blurChain(values, chains.longer, at);
    }
  }

  private void blurPair(float[] values, int i, int j) {
    for (int lane = 0; lane < lanes; lane++) {
      float a = values[i + lane];
      float b = values[j + lane];
      values[i + lane] = a + b * 0.5f;
      values[j + lane] = b + a * 0.5f;
    }
  }

  private void blurTriple(float[] values, int i, int j, int k) {
    for (int lane = 0; lane < lanes; lane++) {
      float a = values[i + lane];
      float b = values[j + lane];
      float c = values[k + lane];
      values[i + lane] = a + b * 0.5f;
      values[j + lane] = b + (a + c) * 0.5f;
      values[k + lane] = c + b * 0.5f;
    }
  }

  private int blurChain(float[] values, int[] chain, int from) {
    int end = from;
    while (chain[end] >= 0) {
      end++;
    }
    int last = ~chain[end] << shift;
    for (int lane = 0; lane < lanes; lane++) {
      float before = 0;
      int place = chain[from] << shift;
      float here = values[place + lane];
      for (int at = from + 1; at <= end; at++) {
        int nextPlace = at == end ? last : chain[at] << shift;
        float after = values[nextPlace + lane];
        values[place + lane] = here + (before + after) * 0.5f;
        before = here;
        here = after;
        place = nextPlace;
      }
      values[place + lane] = here + before * 0.5f;
    }
    return end + 1;
  }

  @Override
  public void slice(
      float[] values,
      int base,
      Corners corners,
      float[] start,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to) {
    int count = corners.count();
    int[] vertices = corners.vertices();
    float[] weights = corners.weights();
    for (int pixel = from; pixel < to; pixel++) {
      float scale = factor * after[pixel];
      for (int lane = 0; lane < lanes; lane++) {
        float sum = 0;
        for (int entry = pixel * count; entry < (pixel + 1) * count; entry++) {
          sum += values[base + (vertices[entry] << shift) + lane] * weights[entry];
        }
        out[(pixel << shift) + lane] = start[(pixel << shift) + lane] + sum * scale;
      }
    }
  }

  @Override
  public void blurRow(float[] rows, int out, int centre, int one, int other, int count) {
    for (int i = 0; i < count; i++) {
      rows[out + i] = rows[centre + i] + (rows[one + i] + rows[other + i]) * 0.5f;
    }
  }

  @Override
  public void exponentiate(float[] values, int count, int roomAt) {
    for (int i = 0; i < count; i++) {
      values[i] = exp(values[i]);
    }
  }

  @Override
  public void exponentiate(float[] e, float[] z, int from, int to, float[] room) {
    for (int pixel = from; pixel < to; pixel++) {
      for (int i = pixel << shift; i < (pixel + 1) << shift; i++) {
        e[i] = exp(e[i]);
      }
      z[pixel] += sum(e, pixel << shift);
    }
  }

  @Override
  public void addMaxima(float[] e, float[] z, int from, int to, LaneMaxima maxima) {
    for (int pixel = from; pixel < to; pixel++) {
      float inverse = 1 / z[pixel];
      for (int lane = 0; lane < lanes; lane++) {
        maxima.raise(lane, e[(pixel << shift) + lane] * inverse);
      }
    }
  }

  /** Adds neighbours, then neighbouring pairs, then fours, as the vector kernels do. */
  private float sum(float[] e, int at) {
    if (lanes == 4) {
      return sumOfFour(e, at);
    }
    float eight = sumOfFour(e, at) + sumOfFour(e, at + 4);
    return lanes == 8 ? eight : eight + (sumOfFour(e, at + 8) + sumOfFour(e, at + 12));
  }

  private static float sumOfFour(float[] e, int at) {
    return (e[at] + e[at + 1]) + (e[at + 2] + e[at + 3]);
  }
}
