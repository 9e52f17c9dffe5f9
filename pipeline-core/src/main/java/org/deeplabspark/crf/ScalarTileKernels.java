package org.deeplabspark.crf;

/** Plain loops, for machines without vector kernels and for what does not fill a vector. */
final class ScalarTileKernels implements TileKernels {

  private final int lanes;
  private final int shift;
  private final ChainBlur blur = this::blurChains;

  ScalarTileKernels(int lanes) {
    this.lanes = lanes;
    shift = Integer.numberOfTrailingZeros(lanes);
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void splat(float[] q, float[] before, Corners corners, float[] values, int from, int to) {
    int count = corners.count();
    for (int pixel = from; pixel < to; pixel++) {
      for (int entry = pixel * count; entry < (pixel + 1) * count; entry++) {
        accumulate(
            q,
            pixel << shift,
            before[pixel],
            values,
            corners.vertices()[entry] << shift,
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
  public ChainBlur chainBlur(int anyLength) {
    return blur;
  }

  private void blurChains(
      float[] values, int[] chains, int length, int from, int to, int unusedScratch) {
    for (int at = from; at < to; at += length) {
      blurChain(values, chains, at, length);
    }
  }

  private void blurChain(float[] values, int[] chain, int from, int length) {
    int end = from + length - 1;
    for (int lane = 0; lane < lanes; lane++) {
      float before = 0;
      int place = chain[from] << shift;
      float here = values[place + lane];
      for (int at = from + 1; at <= end; at++) {
        int nextPlace = chain[at] << shift;
        float after = values[nextPlace + lane];
        values[place + lane] = here + (before + after) * 0.5f;
        before = here;
        here = after;
        place = nextPlace;
      }
      values[place + lane] = here + before * 0.5f;
    }
  }

  @Override
  public void slice(
      float[] values,
      int offset,
      Corners corners,
      float[] base,
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
          sum += values[offset + (vertices[entry] << shift) + lane] * weights[entry];
        }
        out[(pixel << shift) + lane] = base[(pixel << shift) + lane] + sum * scale;
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
  public void addMaxima(float[] e, float[] z, int from, int to, LaneMaxima maxima) {
    for (int pixel = from; pixel < to; pixel++) {
      float inverse = 1 / z[pixel];
      for (int lane = 0; lane < lanes; lane++) {
        maxima.raise(lane, e[(pixel << shift) + lane] * inverse);
      }
    }
  }
}
