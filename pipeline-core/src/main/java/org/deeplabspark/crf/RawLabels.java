package org.deeplabspark.crf;

import org.deeplabspark.image.LabelMask;
import org.deeplabspark.tensor.NetworkScores;

/** A network's own labels, without CRF. */
public final class RawLabels {

  // Probability of a label that is left out of the softmax: less than rounding.
  private static final double NEGLIGIBLE = 1e-10;

  private RawLabels() {}

  /**
   * The class with the largest score at each pixel of the photograph, the first of equal ones; the
   * confidence is that of the softmax.
   *
   * @throws IllegalArgumentException if a score is NaN or infinite
   */
  public static Refined of(NetworkScores scores) {
    return of(scores, KernelChoice.best().softmax());
  }

  static Refined of(NetworkScores scores, SoftmaxKernels kernels) {
    scores.requireFinite();
    ScoreLines lines = new ScoreLines(kernels);
    lines.start(scores, NEGLIGIBLE);
    for (int row = 0; row < lines.rows(); row++) {
      lines.fill(row);
    }
    int width = lines.width();
    byte[] labels = new byte[Math.multiplyExact(width, lines.height())];
    float[] largest = new float[lines.labels()];
    Block block = new Block();
    double confidence = 0;
    for (int y = 0; y < lines.height(); y++) {
      for (int x = 0; x < width; x += Block.PIXELS) {
        int count = Math.min(Block.PIXELS, width - x);
        lines.scan(y, x, count, block, largest);
        System.arraycopy(block.raw, 0, labels, y * width + x, count);
        for (int i = 0; i < count; i++) {
          confidence += 1 / block.sum[i]; // the largest probability
        }
      }
    }
    LabelMask mask = new LabelMask(width, lines.height(), labels);
    return new Refined(mask, (float) (confidence / mask.pixels()), 0);
  }
}
