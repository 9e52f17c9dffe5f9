package org.deeplabspark.crf;

import org.deeplabspark.tensor.FeatureMap;

/** Unary energies U = -ln p. */
public final class Unary {

  /** Lower bound of probabilities, so that no label is excluded: U is at most 11.5. */
  static final float SMALLEST_PROBABILITY = 1e-5f;

  private Unary() {}

  /**
   * Energies -ln max(p, 1e-5), in nats.
   *
   * @param probabilities [labels][height * width], each in [0, 1]
   * @return a new map of the same shape
   * @throws IllegalArgumentException if a probability is NaN or outside [0, 1] by more than
   *     rounding
   */
  public static FeatureMap fromProbabilities(FeatureMap probabilities) {
    float[] p = probabilities.values();
    float[] energies = new float[p.length];
    for (int i = 0; i < p.length; i++) {
      if (!(p[i] >= 0 && p[i] <= 1.001f)) {
        throw new IllegalArgumentException("Invalid probability: must be in [0, 1], got " + p[i]);
      }
      energies[i] = (float) (0 - Math.log(Math.max(p[i], SMALLEST_PROBABILITY)));
    }
    return new FeatureMap(
        probabilities.channels(), probabilities.height(), probabilities.width(), energies);
  }
}
