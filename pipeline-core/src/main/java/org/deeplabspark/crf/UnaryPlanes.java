package org.deeplabspark.crf;

import java.util.Arrays;
import org.deeplabspark.tensor.FeatureMap;

/** Energies that are given at full size. */
final class UnaryPlanes implements Energies {

  private final SoftmaxKernels kernels;
  private FeatureMap unary;
  private int pixels;
  private float[] smallest = new float[0];

  UnaryPlanes(SoftmaxKernels kernels) {
    this.kernels = kernels;
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

  @Override
  public void finish() {
    unary = null;
  }

  @Override
  public int labels() {
    return unary.channels();
  }

  @Override
  public int pixels() {
    return pixels;
  }

  /** All of them: there are no rows in the energies. */
  @Override
  public int rowLength() {
    return pixels;
  }

  @Override
  public void energies(int label, int from, int to, Block block) {
    int count = to - from;
    float[] values = block.values;
    float[] source = block.source;
    System.arraycopy(unary.values(), label * pixels + from, values, 0, count);
    System.arraycopy(smallest, from, source, 0, count);
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(LOWEST, source[i] - values[i]);
    }
  }

  @Override
  public void exponentials(int label, int from, int to, Block block) {
    energies(label, from, to, block);
    block.exponentiate(kernels, to - from);
  }

  @Override
  public void sumOfOthers(TileLayout layout, int from, int to, Block block) {
    Arrays.fill(block.sum, 0, to - from, 0);
    for (int label = 0; label < labels(); label++) {
      if (!layout.contains(label)) {
        exponentials(label, from, to, block);
        block.addToSum(to - from);
      }
    }
  }

  @Override
  public float[] largest(ThreadTeam team, WorkerScratch scratch) {
    float[] largest = new float[labels()];
    team.run(labels(), (label, worker) -> largest[label] = largest(label, scratch.block(worker)));
    return largest;
  }

  private float largest(int label, Block block) {
    float[] values = block.values;
    float[] largest = block.sum;
    Arrays.fill(largest, LOWEST);
    for (int from = 0; from < pixels; from += Block.PIXELS) {
      int count = Math.min(pixels - from, Block.PIXELS);
      energies(label, from, from + count, block);
      for (int i = 0; i < count; i++) {
        largest[i] = Math.max(largest[i], values[i]);
      }
    }
    float energy = LOWEST;
    for (float value : largest) {
      energy = Math.max(energy, value);
    }
    return ScalarSoftmax.exp(energy);
  }

  @Override
  public void writeAll(float[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = -unary.values()[i];
    }
  }
}
