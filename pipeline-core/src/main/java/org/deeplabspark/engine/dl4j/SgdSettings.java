package org.deeplabspark.engine.dl4j;

/**
 * Stochastic gradient descent with momentum under the poly policy.
 *
 * @param seed of the initial weights
 * @param rate base learning rate, for a loss that is the mean over positions
 * @param classifierFactor multiplies the base rate of layers that score classes
 * @param iterations length of the poly policy, in minibatches of one worker
 * @param momentum 0 up to, not including, 1
 * @param weightDecay added to the gradient of convolution weights, times the weight; never to
 *     biases or batch normalisation
 */
public record SgdSettings(
    long seed,
    double rate,
    double classifierFactor,
    int iterations,
    double momentum,
    double weightDecay) {

  /** Checks the ranges. */
  public SgdSettings {
    if (!(rate > 0) || !(classifierFactor > 0) || iterations < 1) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid learning: rates and iterations must be positive, got %s, %s and %d",
              rate, classifierFactor, iterations));
    }
    if (!(momentum >= 0 && momentum < 1) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          String.format(
              "Invalid learning: momentum must be in [0, 1) and decay not negative, got %s and %s",
              momentum, weightDecay));
    }
  }
}
