package org.deeplabspark.crf;

import java.util.Arrays;
import org.deeplabspark.tensor.FeatureMap;

/**
 * Unary energies relative to the smallest of their pixel, u = -(U - min U), computed for a block of
 * pixels at a time. Loops over blocks have one index and no offset, so that C2 vectorises them.
 */
final class UnaryPlanes {

  /** Pixels of a block, which fits the first-level cache. */
  static final int BLOCK = 512;

  /** Lower bound of energies: exp(-60) is negligible beside 1, and no product of it is denormal. */
  static final float LOWEST = -60;

  private final SoftmaxKernels kernels;
  private FeatureMap unary;
  private int pixels;
  private float[] smallest = new float[0];

  UnaryPlanes(SoftmaxKernels kernels) {
    this.kernels = kernels;
  }

  /** A block for {@link #energies} and {@link #exponentials}; each thread has its own. */
  static float[] block() {
    return new float[2 * BLOCK];
  }

  void start(FeatureMap newUnary) {
    unary = newUnary;
    pixels = unary.planeSize();
    if (smallest.length < pixels) {
      smallest = new float[pixels];
    }
    float[] values = unary.values();
    System.arraycopy(values, 0, smallest, 0, pixels);
    for (int label = 1; label < unary.channels(); label++) {
      int plane = label * pixels;
      for (int pixel = 0; pixel < pixels; pixel++) {
        smallest[pixel] = Math.min(smallest[pixel], values[plane + pixel]);
      }
    }
  }

  /** Releases the unary. */
  void finish() {
    unary = null;
  }

  int labels() {
    return unary.channels();
  }

  int pixels() {
    return pixels;
  }

  /** Writes u of a label for pixels [from, to), at most a block, to the start of a block. */
  void energies(int label, int from, int to, float[] block) {
    int count = to - from;
    System.arraycopy(unary.values(), label * pixels + from, block, 0, count);
    System.arraycopy(smallest, from, block, BLOCK, count);
    for (int i = 0; i < count; i++) {
      block[i] = Math.max(LOWEST, block[BLOCK + i] - block[i]);
    }
  }

  /** Writes exp(u) likewise; overwrites the block's second half. */
  void exponentials(int label, int from, int to, float[] block) {
    energies(label, from, to, block);
    kernels.exponentiate(block, 0, to - from, block, BLOCK);
  }

  /** Largest exp(u) of a label, an upper bound of its first marginals. */
  float largestAtStart(int label, float[] block) {
    float[] largest = new float[BLOCK];
    Arrays.fill(largest, LOWEST);
    for (int from = 0; from < pixels; from += BLOCK) {
      int count = Math.min(pixels - from, BLOCK);
      energies(label, from, from + count, block);
      for (int i = 0; i < count; i++) {
        largest[i] = Math.max(largest[i], block[i]);
      }
    }
    float energy = LOWEST;
    for (float value : largest) {
      energy = Math.max(energy, value);
    }
    return ScalarSoftmax.exp(energy);
  }
}
