package org.deeplabspark.tensor;

import java.util.Arrays;

/** The softmax over channels. */
public final class Softmax {

  /** Pixels worked on together: a block of every channel stays in the first-level cache. */
  private static final int BLOCK = 256;

  private Softmax() {}

  /**
   * Replaces scores by probabilities exp(x_c - max x) / sum over channels, at every pixel; they are
   * at least 0 and sum to 1 within 1e-6.
   *
   * <p>Finite scores of any size are safe. A pixel with a NaN score becomes NaN in every channel.
   *
   * @param logits the scores, then the probabilities
   */
  public static void inPlace(FeatureMap logits) {
    float[] values = logits.values();
    int plane = logits.planeSize();
    int end = logits.channels() * plane;
    float[] max = new float[BLOCK];
    float[] sum = new float[BLOCK];
    for (int start = 0; start < plane; start += BLOCK) {
      int n = Math.min(BLOCK, plane - start);
      System.arraycopy(values, start, max, 0, n);
      for (int at = start + plane; at < end; at += plane) {
        maximum(max, values, at, n);
      }
      Arrays.fill(sum, 0);
      for (int at = start; at < end; at += plane) {
        exponentials(values, at, max, sum, n);
      }
      for (int at = start; at < end; at += plane) {
        divide(values, at, sum, n);
      }
    }
  }

  private static void maximum(float[] max, float[] values, int at, int n) {
    for (int i = 0; i < n; i++) {
      max[i] = Math.max(max[i], values[at + i]);
    }
  }

  private static void exponentials(float[] values, int at, float[] max, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      float e = Exponential.ofNonPositive(values[at + i] - max[i]);
      values[at + i] = e;
      sum[i] += e;
    }
  }

  private static void divide(float[] values, int at, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      values[at + i] /= sum[i];
    }
  }
}
