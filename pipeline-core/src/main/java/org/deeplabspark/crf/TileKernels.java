package org.deeplabspark.crf;

/**
 * The inner loops over one tile: values of {@link #lanes()} labels side by side, [pixel][lane] or
 * [vertex][lane].
 *
 * <p>There are a vector and a scalar implementation; both do the same float operations in the same
 * order, so they give the same bits.
 */
interface TileKernels {

  /** Labels in a tile. */
  int lanes();

  /**
   * For pixels [from, to), at each corner: values[vertex] += weight * (before[pixel] * q[pixel]).
   */
  void splat(float[] q, float[] before, Corners corners, float[] values, int from, int to);

  /** Blurs chains of a length, {@link Chains#LISTED} + 1 for all longer ones. */
  ChainBlur chainBlur(int length);

  /** Blurs a part of the chains in place: each value gains half of its neighbours' old values. */
  default void blur(float[] values, Chains chains, int part) {
    int scratch = values.length - (part + 1) * lanes();
    for (int length = 2; length <= Chains.LISTED; length++) {
      int from = chains.from(length, part);
      int to = chains.from(length, part + 1);
      chainBlur(length).blur(values, chains.list(length), length, from, to, scratch);
    }
    int[] longer = chains.longer();
    int end = chains.longerFrom(part + 1);
    for (int at = chains.longerFrom(part); at < end; at += 1 + longer[at]) {
      int length = longer[at];
      chainBlur(Chains.LISTED + 1).blur(values, longer, length, at + 1, at + 1 + length, scratch);
    }
  }

  /**
   * For pixels [from, to): out[pixel] = base[pixel] + factor * after[pixel] * sum of weight *
   * values[offset + vertex].
   *
   * @param offset in floats
   */
  void slice(
      float[] values,
      int offset,
      Corners corners,
      float[] base,
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
