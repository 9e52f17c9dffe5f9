package org.deeplabspark.crf;

/**
 * The inner loops over one tile: values of {@link #lanes()} labels side by side, [pixel][lane] or
 * [vertex][lane].
 *
 * <p>There is a vector and a scalar implementation of each; both do the same float operations in
 * the same order, so they give the same bits.
 */
interface TileKernels {

  /** Labels in a tile. */
  int lanes();

  /**
   * For pixels [from, to), at each corner: values[base + vertex] += weight * (before[pixel] *
   * q[pixel]).
   *
   * @param base in floats
   */
  void splat(
      float[] q, float[] before, Corners corners, float[] values, int base, int from, int to);

  /** Blurs a part of the chains in place: each value gains half of its neighbours' old values. */
  void blur(float[] values, Chains chains, int part);

  /**
   * For pixels [from, to): out[pixel] = start[pixel] + factor * after[pixel] * sum of weight *
   * values[base + vertex].
   *
   * @param base in floats
   */
  void slice(
      float[] values,
      int base,
      Corners corners,
      float[] start,
      float[] out,
      float[] after,
      float factor,
      int from,
      int to);

  /** out[i] = centre[i] + (one[i] + other[i]) / 2 over count floats; all are offsets into rows. */
  void blurRow(float[] rows, int out, int centre, int one, int other, int count);

  /** Raises each lane's maximum to the largest of e / z. */
  void addMaxima(float[] e, float[] z, int from, int to, LaneMaxima maxima);
}
