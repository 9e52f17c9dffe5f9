package org.deeplabspark.crf;

import java.util.Arrays;
import java.util.List;
import org.deeplabspark.tensor.NetworkScores;

/**
 * Energies of a network's scores, U = -ln max(p, 1e-5) with p the softmax of the resampled scores.
 * With the largest score s_max of a pixel, u = max(s - s_max, ln 1e-5 + ln sum exp(s - s_max)):
 * beside the scores one number a pixel, and one logarithm.
 */
final class ScorePlanes implements Energies {

  // Fixed: what is cut does not depend on the number of threads.
  private static final int PARTS = 16;

  private static final float LOG_SMALLEST = (float) Math.log(Unary.SMALLEST_PROBABILITY);

  private final SoftmaxKernels kernels;
  private final ScoreLines lines;
  private final Block[] blocks = new Block[PARTS];
  private int pixels;
  private float[] top = new float[0]; // [pixel], largest score, or probability
  private float[] low = new float[0]; // [pixel], u of a probability of 1e-5
  private byte[] raw = new byte[0]; // [pixel]
  private float[] largest; // [label]

  ScorePlanes(SoftmaxKernels kernels) {
    this.kernels = kernels;
    lines = new ScoreLines(kernels);
    Arrays.setAll(blocks, part -> new Block());
  }

  /** Stages that prepare the energies of scores. */
  List<ThreadTeam.Stage> start(NetworkScores scores) {
    lines.start(scores, Unary.SMALLEST_PROBABILITY);
    pixels = Math.multiplyExact(scores.width(), scores.height());
    if (top.length < pixels) {
      top = new float[pixels];
      low = new float[pixels];
      raw = new byte[pixels];
    }
    largest = new float[lines.labels()];
    return List.of(
        new ThreadTeam.Stage(
            PARTS,
            part -> {
              for (int row = part; row < lines.rows(); row += PARTS) {
                lines.fill(row);
              }
            }),
        new ThreadTeam.Stage(PARTS, this::scan));
  }

  private void scan(int part) {
    float[] mine = new float[largest.length];
    float sum = 0;
    Block block = blocks[part];
    int end = (int) ((long) lines.height() * (part + 1) / PARTS);
    for (int y = (int) ((long) lines.height() * part / PARTS); y < end; y++) {
      for (int x = 0; x < lines.width(); x += Block.PIXELS) {
        int count = Math.min(Block.PIXELS, lines.width() - x);
        int at = y * lines.width() + x;
        lines.scan(y, x, count, block, mine);
        for (int i = 0; i < count; i++) {
          sum = Math.max(sum, block.sum[i]);
          block.low[i] = LOG_SMALLEST + ScalarSoftmax.log(block.sum[i]);
        }
        System.arraycopy(block.top, 0, top, at, count);
        System.arraycopy(block.low, 0, low, at, count);
        System.arraycopy(block.raw, 0, raw, at, count);
      }
    }
    synchronized (this) {
      for (int label = 0; label < mine.length; label++) {
        float least = Math.max(mine[label], sum * Unary.SMALLEST_PROBABILITY);
        largest[label] = Math.max(largest[label], least);
      }
    }
  }

  @Override
  public void finish() {
    lines.finish();
  }

  /** The network's own label, [pixel]; live view. */
  byte[] raw() {
    return raw;
  }

  @Override
  public int labels() {
    return largest.length;
  }

  @Override
  public int pixels() {
    return pixels;
  }

  @Override
  public int rowLength() {
    return lines.width();
  }

  @Override
  public void energies(int label, int from, int to, Block block) {
    int count = to - from;
    if (isPresent(label, from)) {
      System.arraycopy(top, from, block.top, 0, count);
      System.arraycopy(low, from, block.low, 0, count);
      lines.read(label, from / lines.width(), from % lines.width(), count, block);
      lines.toEnergies(block, count);
    } else {
      System.arraycopy(low, from, block.values, 0, count);
    }
  }

  private boolean isPresent(int label, int pixel) {
    return lines.isPresent(label, pixel / lines.width());
  }

  @Override
  public void exponentials(int label, int from, int to, Block block) {
    int count = to - from;
    if (isPresent(label, from)) {
      System.arraycopy(top, from, block.top, 0, count);
      lines.read(label, from / lines.width(), from % lines.width(), count, block);
      lines.toRatios(block, count);
      System.arraycopy(block.values, 0, block.top, 0, count);
      lowest(from, count, block);
      for (int i = 0; i < count; i++) {
        block.values[i] = Math.max(block.values[i], block.top[i]);
      }
    } else {
      lowest(from, count, block);
    }
  }

  /** Writes exp(u) of a probability of 1e-5. */
  private void lowest(int from, int count, Block block) {
    System.arraycopy(low, from, block.values, 0, count);
    block.exponentiate(kernels, count);
  }

  @Override
  public void sumOfOthers(TileLayout layout, int from, int to, Block block) {
    int count = to - from;
    Arrays.fill(block.sum, 0, count, 0);
    int absent = 0;
    for (int label = 0; label < labels(); label++) {
      if (!layout.contains(label)) {
        if (isPresent(label, from)) {
          exponentials(label, from, to, block);
          block.addToSum(count);
        } else {
          absent++;
        }
      }
    }
    if (absent > 0) {
      lowest(from, count, block);
      for (int i = 0; i < count; i++) {
        block.sum[i] += absent * block.values[i];
      }
    }
  }

  @Override
  public float[] largest(ThreadTeam team, WorkerScratch scratch) {
    return largest;
  }

  @Override
  public void writeAll(float[] target) {
    for (int label = 0; label < labels(); label++) {
      int plane = label;
      forBlocks(
          0,
          pixels,
          blocks[0],
          (from, to, block) -> {
            energies(plane, from, to, block);
            System.arraycopy(block.values, 0, target, plane * pixels + from, to - from);
          });
    }
  }
}
