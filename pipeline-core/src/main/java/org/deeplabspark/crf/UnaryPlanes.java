package org.deeplabspark.crf;

import java.util.Arrays;
import org.deeplabspark.tensor.FeatureMap;

/**
 * Unary energies relative to the smallest at each pixel, u = -(U - min U), read a block of pixels
 * at a time. Loops over blocks use one index and no offset, which is what the compiler vectorizes.
 */
final class UnaryPlanes {

  /** Pixels that stay in the nearest cache. */
  static final int BLOCK = 512;

  /** Energies are cut off here: exp(-60) is nothing beside 1, and no product of it is denormal. */
  static final float LOWEST = -60;

  private final SoftmaxKernels kernels;
  private FeatureMap unary;
  private int pixels;
  private float[] smallest = new float[0];

  UnaryPlanes(SoftmaxKernels kernels) {
    this.kernels = kernels;
  }

  /** Room for {@link #energies} and {@link #exponentials}; one a thread. */
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

  /** Lets go of the scores. */
  void finish() {
    unary = null;
  }

  int labels() {
    return unary.channels();
  }

  int pixels() {
    return pixels;
  }

  /** u of a label for pixels [from, to), at most a block, from the block's first place on. */
  void energies(int label, int from, int to, float[] block) {
    int count = to - from;
    System.arraycopy(unary.values(), label * pixels + from, block, 0, count);
    System.arraycopy(smallest, from, block, BLOCK, count);
    for (int i = 0; i < count; i++) {
      block[i] = Math.max(LOWEST, block[BLOCK + i] - block[i]);
    }
  }

  /** exp(u), likewise; overwrites the block's second half. */
  void exponentials(int label, int from, int to, float[] block) {
    energies(label, from, to, block);
    kernels.exponentiate(block, 0, to - from, block, BLOCK);
  }

  /** Largest of exp(u) of a label: at the start its marginal is nowhere larger. */
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
