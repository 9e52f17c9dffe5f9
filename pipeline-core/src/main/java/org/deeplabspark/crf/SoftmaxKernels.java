package org.deeplabspark.crf;

/**
 * What a softmax does to a tile's values, whatever the tile's lanes.
 *
 * <p>There is a vector and a scalar implementation; both give the same bits, and the sums do not
 * depend on how labels are spread over tiles: lanes are added by fours.
 */
interface SoftmaxKernels {

  /**
   * values[i] = exp(values[i]) over [from, to); values must lie in [-60, 60].
   *
   * @param room from roomAt on there are to - from places to work in; may be the same array
   */
  void exponentiate(float[] values, int from, int to, float[] room, int roomAt);

  /**
   * z[pixel] += sum over the pixel's lanes for pixels [from, to).
   *
   * @param e [pixel][lane], with a widest vector and 3 places of room at the end
   * @param lanes a multiple of 4
   * @param room as many places as pixels and lanes, filled up to a widest vector
   */
  void addSums(float[] e, int lanes, float[] z, int from, int to, float[] room);
}
