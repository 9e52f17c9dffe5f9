package org.deeplabspark.crf;

/**
 * One thread's scratch for a block of pixels, which stays in the first-level cache. Loops over its
 * arrays have one index and no offset, so that C2 vectorises them.
 */
final class Block {

  /** Pixels of a block, at most. */
  static final int PIXELS = 512;

  /** Energies, exponentials or scores of one label. */
  final float[] values = new float[PIXELS];

  /** What {@link #values} is computed from; contents undefined between calls. */
  final float[] source = new float[PIXELS];

  /** Largest score of each pixel. */
  final float[] top = new float[PIXELS];

  /** Sum over labels. */
  final float[] sum = new float[PIXELS];

  /** What a label has whose probability is at the lower bound. */
  final float[] low = new float[PIXELS];

  /** Label with the largest score of each pixel. */
  final byte[] raw = new byte[PIXELS];

  /** Replaces values by their exponentials; overwrites source. */
  void exponentiate(SoftmaxKernels kernels, int count) {
    kernels.exponentiate(values, 0, count, source, 0);
  }

  /** Adds values to the sum. */
  void addToSum(int count) {
    for (int i = 0; i < count; i++) {
      sum[i] += values[i];
    }
  }
}
