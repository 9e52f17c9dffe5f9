package org.deeplabspark.tensor;

import java.util.Arrays;

/** Scores to probabilities. */
public final class Softmax {

  /** Pixels worked on together: a block of every channel stays in the first-level cache. */
  private static final int BLOCK = 256;

  private Softmax() {}

  /**
   * Probabilities exp(x_c - max x) / sum over channels, at every pixel; they are at least 0 and sum
   * to 1 within 1e-6.
   *
   * <p>Finite scores of any size are safe. A pixel with a NaN score is NaN in every channel.
   *
   * @param logits the scores; not changed
   * @return a new map of the same shape
   */
  public static FeatureMap overChannels(FeatureMap logits) {
    FeatureMap result = FeatureMap.zeros(logits.channels(), logits.height(), logits.width());
    write(logits, result.values());
    return result;
  }

  /**
   * As {@link #overChannels}, but the scores are overwritten: for maps whose logits nobody needs
   * afterwards.
   *
   * @param logits the scores, then the probabilities
   */
  public static void inPlace(FeatureMap logits) {
    write(logits, logits.values());
  }

  private static void write(FeatureMap logits, float[] target) {
    float[] source = logits.values();
    int plane = logits.planeSize();
    int end = logits.channels() * plane;
    float[] max = new float[BLOCK];
    float[] sum = new float[BLOCK];
    for (int start = 0; start < plane; start += BLOCK) {
      int n = Math.min(BLOCK, plane - start);
      System.arraycopy(source, start, max, 0, n);
      for (int at = start + plane; at < end; at += plane) {
        maximum(max, source, at, n);
      }
      Arrays.fill(sum, 0);
      for (int at = start; at < end; at += plane) {
        exponentials(source, at, max, target, sum, n);
      }
      for (int at = start; at < end; at += plane) {
        divide(target, at, sum, n);
      }
    }
  }

  private static void maximum(float[] max, float[] source, int at, int n) {
    for (int i = 0; i < n; i++) {
      max[i] = Math.max(max[i], source[at + i]);
    }
  }

  private static void exponentials(
      float[] source, int at, float[] max, float[] target, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      float e = Exponential.ofNonPositive(source[at + i] - max[i]);
      target[at + i] = e;
      sum[i] += e;
    }
  }

  private static void divide(float[] target, int at, float[] sum, int n) {
    for (int i = 0; i < n; i++) {
      target[at + i] /= sum[i];
    }
  }
}
