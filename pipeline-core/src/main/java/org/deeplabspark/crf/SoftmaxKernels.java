package org.deeplabspark.crf;

/**
 * A softmax's loops over a tile's values, for tiles of any lanes.
 *
 * <p>There are a vector and a scalar implementation with the same bits. Lanes are added in groups
 * of four, so sums do not depend on how labels are spread over tiles.
 */
interface SoftmaxKernels {

  /**
   * values[i] = exp(values[i]) over [from, to); values must lie in [-60, 60].
   *
   * @param scratch to - from floats from {@code scratchAt} on; may be the same array as values
   */
  void exponentiate(float[] values, int from, int to, float[] scratch, int scratchAt);

  /**
   * z[pixel] += sum over the pixel's lanes for pixels [from, to).
   *
   * @param e [pixel][lane], with padding of a widest vector and 3 floats
   * @param lanes a multiple of 4
   * @param scratch (to - from) * lanes floats, rounded up to whole widest vectors
   */
  void addSums(float[] e, int lanes, float[] z, int from, int to, float[] scratch);
}
