package org.deeplabspark.crf;

import java.util.Arrays;
import org.deeplabspark.tensor.NetworkScores;
import org.deeplabspark.tensor.OutputKind;
import org.deeplabspark.tensor.Resampling;

/**
 * A network's scores, resampled to the photograph's size for a part of a row at a time. The columns
 * are resampled once, for the map's own rows.
 *
 * <p>A label that {@link ScoreBounds} keep below a probability in all cells that a row of pixels
 * reads is absent there, and is not resampled.
 */
final class ScoreLines {

  private final SoftmaxKernels kernels;
  private NetworkScores scores;
  private float[][] lines = new float[0][]; // [row of the map][label * width + x]
  private boolean[][] present = new boolean[0][]; // [first row that is read][label]
  private ScoreBounds bounds;
  private double bound;

  ScoreLines(SoftmaxKernels kernels) {
    this.kernels = kernels;
  }

  /**
   * Takes scores; {@link #fill} makes the lines.
   *
   * @param smallest probability up to which a label may be taken for absent
   */
  void start(NetworkScores newScores, double smallest) {
    scores = newScores;
    bound = smallest;
    int rows = rows();
    if (lines.length < rows) {
      lines = Arrays.copyOf(lines, rows);
      present = Arrays.copyOf(present, rows);
    }
    bounds = new ScoreBounds(scores);
  }

  void finish() {
    scores = null;
    bounds = null;
  }

  /** Rows of the map. */
  int rows() {
    return scores.map().height();
  }

  int labels() {
    return scores.classes();
  }

  /** Columns of the photograph. */
  int width() {
    return scores.width();
  }

  /** Rows of the photograph. */
  int height() {
    return scores.height();
  }

  /** Resamples the columns of a row of the map, and finds what is present from there on. */
  void fill(int row) {
    int labels = labels();
    int floats = Math.multiplyExact(labels, width());
    if (lines[row] == null || lines[row].length < floats) {
      lines[row] = null; // lets the collector take it before the longer one is allocated
      lines[row] = new float[floats];
    }
    int mapWidth = scores.map().width();
    for (int label = 0; label < labels; label++) {
      int from = (label * rows() + row) * mapWidth;
      scores.columns().gather(scores.map().values(), from, lines[row], label * width());
    }
    present[row] = new boolean[labels];
    bounds.mark(row, bound, present[row]);
  }

  /** Whether a label may be above the bound somewhere in a row of the photograph. */
  boolean isPresent(int label, int y) {
    return present[scores.rows().first(y)][label];
  }

  /** Writes a label's scores, or its probabilities, at (x, y) and to the right of it. */
  void read(int label, int y, int x, int count, Block block) {
    Resampling rows = scores.rows();
    int at = label * width() + x;
    boolean first = true;
    for (int tap = 0; tap < rows.taps(); tap++) {
      float weight = rows.weight(y, tap);
      if (weight != 0) {
        System.arraycopy(lines[rows.first(y) + tap], at, block.source, 0, count);
        if (first) {
          scale(weight, block.source, block.values, count);
        } else {
          add(weight, block.source, block.values, count);
        }
        first = false;
      }
    }
    if (scores.kind() == OutputKind.PROBABILITIES) {
      for (int i = 0; i < count; i++) {
        block.values[i] = Math.max(NetworkScores.SMALLEST_PROBABILITY, block.values[i]);
      }
    }
  }

  private static void scale(float weight, float[] source, float[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] = weight * source[i];
    }
  }

  private static void add(float weight, float[] source, float[] target, int count) {
    for (int i = 0; i < count; i++) {
      target[i] += weight * source[i];
    }
  }

  /** Replaces what was read by its ratio to the largest of the pixel, p / max p. */
  void toRatios(Block block, int count) {
    if (scores.kind() == OutputKind.PROBABILITIES) {
      divide(block.values, block.top, count);
    } else {
      subtract(block.values, block.top, count);
      block.exponentiate(kernels, count);
    }
  }

  /** Replaces what was read by ln (p / max p), no less than the block's low. */
  void toEnergies(Block block, int count) {
    float[] values = block.values;
    if (scores.kind() == OutputKind.PROBABILITIES) {
      for (int i = 0; i < count; i++) {
        values[i] = (float) Math.log(values[i] / block.top[i]);
      }
    } else {
      subtract(values, block.top, count);
    }
    float[] low = block.low;
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(low[i], values[i]);
    }
  }

  private static void divide(float[] values, float[] top, int count) {
    for (int i = 0; i < count; i++) {
      values[i] /= top[i];
    }
  }

  private static void subtract(float[] values, float[] top, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(Energies.LOWEST, values[i] - top[i]);
    }
  }

  /**
   * Finds the largest score and its label, the first of equal ones, and the sum over labels of p /
   * max p, at (x, y) and to the right of it.
   *
   * @param largest [label], is raised to the largest p / max p
   */
  void scan(int y, int x, int count, Block block, float[] largest) {
    float[] values = block.values;
    float[] top = block.top;
    Arrays.fill(top, Float.NEGATIVE_INFINITY);
    Arrays.fill(block.sum, 0);
    for (int label = 0; label < labels(); label++) {
      if (isPresent(label, y)) {
        read(label, y, x, count, block);
        raise(top, values, count);
      }
    }
    for (int label = labels() - 1; label >= 0; label--) {
      if (isPresent(label, y)) {
        read(label, y, x, count, block);
        mark(label, block, count);
        toRatios(block, count);
        block.addToSum(count);
        largest[label] = largest(values, count, largest[label]);
      }
    }
  }

  private static void raise(float[] top, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      top[i] = Math.max(top[i], values[i]);
    }
  }

  private static void mark(int label, Block block, int count) {
    for (int i = 0; i < count; i++) {
      if (block.values[i] == block.top[i]) {
        block.raw[i] = (byte) label;
      }
    }
  }

  private static float largest(float[] values, int count, float least) {
    float largest = least;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, values[i]);
    }
    return largest;
  }
}
